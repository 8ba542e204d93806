import {Component} from "@odoo/owl";
import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {STATIC_ACTIONS_GROUP_NUMBER} from "@web/search/action_menus/action_menus";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";

/** Deletes the entries of the log that the search shows. */
export class ClearLog extends Component {
    static template = "rest_api_core.ClearLog";
    static components = {DropdownItem};
    static props = {};

    async ask() {
        const {domain} = this.env.searchModel;
        // Not useService: the menu closes, and with it this component ends
        const {dialog, orm} = this.env.services;
        const number = await orm.searchCount("rest.log", domain);
        dialog.add(ConfirmationDialog, {
            title: _t("Clear Log"),
            body: domain.length
                ? _t(
                      "This deletes the %s entries that match the search. It cannot be undone.",
                      number
                  )
                : _t(
                      "This deletes all %s entries of all APIs. It cannot be undone.",
                      number
                  ),
            confirmLabel: _t("Clear"),
            confirm: () => this.clear(domain),
            cancel: () => null,
        });
    }

    async clear(domain) {
        const {action, orm} = this.env.services;
        await orm.call("rest.log", "action_clear", [domain]);
        await action.doAction("soft_reload");
    }
}

registry.category("cogMenu").add(
    "rest-clear-log",
    {
        Component: ClearLog,
        groupNumber: STATIC_ACTIONS_GROUP_NUMBER,
        isDisplayed: async (env) =>
            env.searchModel?.resModel === "rest.log" &&
            ["kanban", "list"].includes(env.config.viewType) &&
            (await user.hasGroup("rest_api_core.group_rest_manager")),
    },
    {sequence: 20}
);
