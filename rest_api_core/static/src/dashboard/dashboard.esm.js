import {Component, onWillStart, useState} from "@odoo/owl";
import {deserializeDateTime, formatDateTime} from "@web/core/l10n/dates";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {formatFloat} from "@web/core/utils/numbers";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

const CLASSES = ["2xx", "3xx", "4xx", "5xx"];
const {DateTime} = luxon;

/** The numbers of ``rest.dashboard``; each of them leads to its entries of the log. */
export class RestDashboard extends Component {
    static template = "rest_api_core.Dashboard";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.classes = CLASSES;
        this.display = {controlPanel: {}};
        this.state = useState({numbers: null, busy: false});
        onWillStart(() => this.load());
    }

    async load() {
        this.state.busy = true;
        try {
            this.state.numbers = await this.orm.call(
                "rest.dashboard",
                "read_dashboard",
                []
            );
        } finally {
            this.state.busy = false;
        }
    }

    // What is shown

    get numbers() {
        return this.state.numbers;
    }

    get periodNames() {
        return {today: _t("Today"), week: _t("Last 7 Days")};
    }

    get highest() {
        return Math.max(1, ...this.numbers.days.map((day) => this.total(day)));
    }

    total(day) {
        return CLASSES.reduce((sum, name) => sum + day.classes[name], 0);
    }

    /** Per cent of the height of the chart. */
    height(day, name) {
        return (100 * day.classes[name]) / this.highest;
    }

    dayName(day) {
        return DateTime.fromISO(day.date).toFormat("ccc d");
    }

    number(value) {
        return formatFloat(value, {digits: [16, 0]});
    }

    rate(value) {
        return `${formatFloat(value, {digits: [16, 1]})} %`;
    }

    duration(milliseconds) {
        if (milliseconds === null || milliseconds === false) {
            return "–";
        }
        return milliseconds < 1000
            ? _t("%s ms", formatFloat(milliseconds, {digits: [16, 0]}))
            : _t("%s s", formatFloat(milliseconds / 1000, {digits: [16, 1]}));
    }

    date(entry) {
        return formatDateTime(deserializeDateTime(entry.date));
    }

    clientName(client) {
        return client.name || _t("No client");
    }

    // Where it leads

    openList(name, domain) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: "rest.log",
            views: [
                [false, "list"],
                [false, "kanban"],
                [false, "form"],
            ],
            domain,
        });
    }

    openPeriod(name, onlyErrors) {
        const domain = [["date", ">=", this.numbers.since[name]]];
        if (onlyErrors) {
            domain.push(["status", ">=", 400]);
        }
        return this.openList(this.periodNames[name], domain);
    }

    openDay(day, name) {
        return this.openList(`${this.dayName(day)}: ${name}`, [
            ["date", ">=", day.begin],
            ["date", "<", day.end],
            ["status_class", "=", name],
        ]);
    }

    openClient(client) {
        return this.openList(this.clientName(client), [
            ["date", ">=", this.numbers.since.week],
            ["client_id", "=", client.id],
        ]);
    }

    openRoute(route) {
        return this.openList(`${route.method} ${route.route}`, [
            ["date", ">=", this.numbers.since.week],
            ["method", "=", route.method],
            ["route", "=", route.route],
        ]);
    }

    openEntry(entry) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "rest.log",
            res_id: entry.id,
            views: [[false, "form"]],
        });
    }

    openStep(action) {
        return this.action.doAction(`rest_api_core.${action}`);
    }
}

registry.category("actions").add("rest_api_core.dashboard", RestDashboard);
