import {FormController} from "@web/views/form/form_controller";
import {formView} from "@web/views/form/form_view";
import {registry} from "@web/core/registry";

/**
 * The dialog with a new key. Odoo saves each form that is open when a page is left: this
 * one has nothing to save, and its value shall not be sent once more.
 */
export class KeyShownController extends FormController {
    async beforeLeave() {
        return true;
    }

    async beforeUnload() {
        return true;
    }
}

registry.category("views").add("rest_key_shown", {
    ...formView,
    Controller: KeyShownController,
});
