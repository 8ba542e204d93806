import {GraphRenderer} from "@web/views/graph/graph_renderer";
import {graphView} from "@web/views/graph/graph_view";
import {registry} from "@web/core/registry";

const COLORS = {2: "--success", 3: "--info", 4: "--warning", 5: "--danger"};

/** A graph in which statuses and their classes have the colors of the dashboard. */
export class LogGraphRenderer extends GraphRenderer {
    getBarChartData() {
        const data = super.getBarChartData();
        const style = getComputedStyle(document.documentElement);
        for (const dataset of data.datasets) {
            const [status] = /\b[2-5](?:xx|\d\d)\b/.exec(dataset.label) || [];
            if (status) {
                dataset.backgroundColor = style.getPropertyValue(COLORS[status[0]]);
            }
        }
        return data;
    }
}

registry.category("views").add("rest_log_graph", {
    ...graphView,
    Renderer: LogGraphRenderer,
});
