from .common import EndpointHttpCase

SNIPPET = (
    'tag = env["res.partner.category"].search([("color", "=", 4242)])\n'
    'tag.write({"name": "Written"})\nresult = {"payload": env.lang}'
)
LANGUAGES = ("en_US", "fr_FR", "de_DE")


class TestLanguage(EndpointHttpCase):
    """The language of a snippet over HTTP, and what a write in it changes."""

    def setUp(self):
        super().setUp()
        for code in LANGUAGES:
            self.env["res.lang"]._activate_lang(code)
        self.tag = self.env["res.partner.category"].create({"color": 4242, "name": "a"})
        self.user = self.new_user("executing", "base.group_partner_manager")

    def names(self):
        return {code: self.tag.with_context(lang=code).name for code in LANGUAGES}

    def written(self, header, **request):
        """Call; return the language, and the languages in which the name changed."""
        before = {code: f"name in {code}" for code in LANGUAGES}
        for code, name in before.items():
            self.tag.with_context(lang=code).name = name
        self.env.flush_all()
        headers = {"Accept-Language": header, **request}
        response = self.call(headers=headers)
        self.assertEqual(response.status_code, 200, response.text)
        self.env.invalidate_all()
        changed = [code for code, name in self.names().items() if name != before[code]]
        return response.json(), changed

    def test_accept_language_is_not_the_language_of_a_public_request(self):
        endpoint = self.make_endpoint(SNIPPET, exec_as_user_id=self.user.id)
        for of_user in LANGUAGES:
            self.user.lang = of_user
            for setting, lang in (
                (False, of_user),
                ("de_DE", "de_DE"),
                ("request", "fr_FR"),
            ):
                endpoint.exec_lang = setting
                for header in ("fr", "fr-FR,fr;q=0.9,en;q=0.5"):
                    with self.subTest(of_user=of_user, setting=setting, header=header):
                        self.assertEqual(self.written(header), (lang, [lang]))

    def test_a_caller_with_a_key_has_the_own_language(self):
        self.make_endpoint(SNIPPET, auth_type="bearer", exec_as_user_id=False)
        self.user.lang = "de_DE"
        request = self.bearer(self.user)
        self.assertEqual(self.written("fr", **request), ("de_DE", ["de_DE"]))
