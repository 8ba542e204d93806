from lxml import etree

from odoo.tests import TransactionCase, tagged

ADDONS = ("endpoint_route_handler", "endpoint", "rest_api_core")
SMALL = frozenset(("a", "as", "for", "from", "if", "in", "of", "on", "or", "per", "to"))
ALWAYS = ("1", "True")


@tagged("-at_install", "post_install")
class TestForms(TransactionCase):
    """Properties of all forms of the suite."""

    def visible_fields(self):
        """Yield ``(form, model, field, node)`` of the fields of our addons in forms."""
        data = self.env["ir.model.data"].search(
            [("module", "in", ADDONS), ("model", "=", "ir.ui.view")]
        )
        views = self.env["ir.ui.view"].browse(data.mapped("res_id"))
        for view in views.filtered(lambda v: v.type == "form"):
            model = self.env[view.model]
            root = view if view.mode == "primary" else view.inherit_id
            arch = etree.fromstring(model.get_view(root.id, "form")["arch"])
            for owner, node in self.nodes(arch, model):
                field = owner._fields[node.get("name")]
                if field._module in ADDONS:
                    yield view.xml_id, owner, field, node

    def nodes(self, arch, model):
        """Yield ``(model, node)`` of the visible fields, also of lists in the form."""
        for node in arch:
            if not isinstance(node.tag, str) or self.is_hidden(node):
                continue
            owner = model
            if node.tag == "field":
                yield model, node
                comodel = model._fields[node.get("name")].comodel_name
                owner = self.env[comodel] if comodel else model
            yield from self.nodes(node, owner)

    def is_hidden(self, node):
        return any(node.get(n) in ALWAYS for n in ("invisible", "column_invisible"))

    def test_each_visible_field_has_a_help_text(self):
        found = list(self.visible_fields())
        missing = {
            f"{owner._name}.{field.name}"
            for _form, owner, field, node in found
            if not (node.get("help") or field.help)
        }
        self.assertGreater(len(found), 150)
        self.assertFalse(sorted(missing))

    def test_labels_are_up_to_four_words_in_title_case(self):
        labels = {
            (f"{owner._name}.{field.name}", node.get("string") or field.string)
            for _form, owner, field, node in self.visible_fields()
        }
        wrong = [item for item in sorted(labels) if not self.is_label(item[1])]
        self.assertFalse(wrong)

    def is_label(self, text):
        words = text.partition(" (")[0].split()
        return len(words) <= 4 and all(
            word[0].isupper() or word[0].isdigit() or word in SMALL for word in words
        )

    def test_help_texts_are_sentences(self):
        wrong = {
            f"{owner._name}.{field.name}: {field.help}"
            for _form, owner, field, _node in self.visible_fields()
            if field.help and not (field.help[0].isupper() and field.help.endswith("."))
        }
        self.assertFalse(sorted(wrong))
