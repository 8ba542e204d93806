import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * Sends the request of the dialog with the new key, from this browser, and shows the
 * response. The key never reaches Odoo in another way than with any request.
 */
export class TryRequest extends Component {
    static template = "rest_api_core.TryRequest";
    static props = {...standardFieldProps};

    setup() {
        this.state = useState({status: "", text: "", busy: false});
    }

    async send() {
        this.state.busy = true;
        try {
            await this.show(await this.request());
        } catch (error) {
            this.state.status = _t("The server did not respond.");
            this.state.text = error.message;
        }
        this.state.busy = false;
    }

    request() {
        const {value, url} = this.props.record.data;
        // The address of Odoo in the URL may not be the one that this browser uses
        const {pathname, search} = new URL(url);
        return fetch(pathname + search, {
            headers: {Authorization: `Bearer ${value}`},
            credentials: "omit",
        });
    }

    async show(response) {
        this.state.status = `${response.status} ${response.statusText}`;
        this.state.text = JSON.stringify(await response.json(), null, 2);
    }
}

registry.category("fields").add("rest_try_request", {
    component: TryRequest,
    displayName: _t("Try a REST request"),
    supportedTypes: ["char"],
});
