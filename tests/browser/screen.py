"""What a person does in Odoo's web client: look, click, type, wait until it is done."""

from selenium.common.exceptions import (
    StaleElementReferenceException,
    WebDriverException,
)
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

SECONDS = 20
ENDPOINTS = "/odoo/action-endpoint.endpoint_endpoint_act_window"
SAVED = ".o_form_status_indicator_buttons.invisible"
DISCARD = ".o_form_status_indicator .o_form_button_cancel"
STORAGE = "cookies,local_storage,indexeddb,cache_storage"
# a page that is left early, as a test does, cannot finish that one
NOISE = "Service worker registration failed"
LOADED = "return !!(window.odoo && odoo.isReady)"


class Screen:
    """One browser window on one server."""

    def __init__(self, driver, url, shots):
        self.driver, self.url, self.shots = driver, url, shots
        self.login_name = None
        self.clicks = 0

    # --- looking -----------------------------------------------------------------

    def wait(self, condition, what):
        """The first true value of ``condition()``; elements may go away meanwhile."""
        gone = (StaleElementReferenceException,)
        wait = WebDriverWait(self.driver, SECONDS, 0.05, ignored_exceptions=gone)
        return wait.until(lambda _driver: condition(), f"waited in vain for {what}")

    def all(self, css):
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def visible(self, css):
        return [element for element in self.all(css) if element.is_displayed()]

    def find(self, css):
        return self.wait(lambda: self.visible(css), css)[0]

    def find_text(self, css, text):
        """The visible element that matches and says exactly ``text``."""

        def match():
            return [element for element in self.visible(css) if element.text == text]

        return self.wait(match, f"{css} saying {text!r}")[0]

    def text(self, css):
        return self.find(css).text

    def texts(self, css):
        return self.wait(lambda: [e.text for e in self.visible(css)], css)

    def wait_gone(self, css):
        self.wait(lambda: not self.visible(css), f"{css} to go")

    def shot(self, name):
        """Keep a picture of the whole window for whoever looks at the screens."""
        self.driver.save_screenshot(str(self.shots / f"{name}.png"))

    def console_errors(self):
        entries = self.driver.get_log("browser")
        bad = [e["message"] for e in entries if e["level"] in ("SEVERE", "WARNING")]
        return [message for message in bad if NOISE not in message]

    # --- going somewhere ---------------------------------------------------------

    def open(self, path, css):
        """Load a page of the web client, in developer mode, and wait for ``css``."""
        self.driver.get(f"{self.url}{path}?debug=1")
        self.wait(lambda: self.driver.execute_script(LOADED), "the web client")
        return self.find(css)

    def login(self, login, password):
        """Log in by the form, unless that user is logged in already."""
        if self.login_name == login:
            return
        # the web client keeps menus: of another user, or without developer mode
        kept = {"origin": self.url, "storageTypes": STORAGE}
        self.driver.execute_cdp_cmd("Storage.clearDataForOrigin", kept)
        self.driver.get(f"{self.url}/web/login?redirect=/odoo%3Fdebug%3D1")
        self.find("input[name=login]").send_keys(login)
        self.find("input[name=password]").send_keys(password, Keys.ENTER)
        self.find(".o_web_client .o_user_menu")
        self.login_name = login

    def open_form(self, path):
        self.open(path, ".o_form_view .o_form_sheet")

    def open_list(self):
        self.open(ENDPOINTS, ".o_list_view .o_data_row")

    def open_record(self, record_id):
        self.open(
            f"{ENDPOINTS}/{record_id}", ".o_form_view .o_field_widget[name=route]"
        )
        self.wait(lambda: self.visible(SAVED) or self.all(SAVED), "the record")

    def open_new(self):
        self.open(f"{ENDPOINTS}/new", ".o_form_view .o_field_widget[name=route]")

    # --- acting ------------------------------------------------------------------

    def click(self, css):
        self._click(lambda: self.find(css), css)

    def click_text(self, css, text):
        self._click(lambda: self.find_text(css, text), text)

    def _click(self, find, what):
        """Click as soon as nothing moves or lies above."""

        def click():
            try:
                find().click()
            except StaleElementReferenceException:
                return False
            except WebDriverException as error:
                if "intercepted" in str(error) or "interactable" in str(error):
                    return False
                raise
            return True

        self.wait(click, f"{what} to be clickable")
        self.clicks += 1

    def field(self, name):
        return self.find(f".o_field_widget[name={name}]")

    def has_field(self, name):
        return bool(self.visible(f".o_field_widget[name={name}]"))

    def fill(self, name, text, inside=""):
        """Replace the text of a field, and leave the field."""
        css = f"{inside} .o_field_widget[name={name}] :is(input, textarea)"
        element = self.find(css)
        element.send_keys(Keys.CONTROL, "a")
        element.send_keys(Keys.BACKSPACE, text, Keys.TAB)

    def choose(self, name, label):
        """Pick a value of a selection field."""
        self.click(f".o_field_widget[name={name}] input")
        self.click_text(".o_select_menu_item", label)
        shown = f".o_field_widget[name={name}] input"
        self.wait(
            lambda: self.find(shown).get_attribute("value") == label,
            f"{name} to become {label}",
        )

    def pick(self, name, label, inside="", typed=""):
        """Pick the record of this name in a many2one field."""
        css = f"{inside} .o_field_widget[name={name}] input"
        self.click(css)
        self.find(css).send_keys(Keys.CONTROL, "a")
        self.find(css).send_keys(typed or label)
        # what Odoo finds for the text comes later, and would open the list again
        item = ".o-autocomplete--dropdown-item"
        self.wait(lambda: label in self.texts(item)[:1], f"{label} as first match")
        self.click_text(item, label)

    def type_code(self, name, text):
        """Type one line into a code editor, after emptying it."""
        self.click(f".o_field_widget[name={name}] .ace_editor")
        keys = ActionChains(self.driver)
        keys.key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL)
        keys.send_keys(Keys.BACKSPACE).send_keys(text).perform()

    def tab(self, name):
        self.click(f".o_notebook_headers .nav-link[name={name}]")
        self.find(f".o_notebook_headers .nav-link.active[name={name}]")

    def tabs(self):
        links = self.visible(".o_notebook_headers .nav-link")
        return [link.get_attribute("name") for link in links]

    def save(self):
        self.click(".o_form_button_save")
        self.wait(lambda: self.all(SAVED), "the record to be saved")

    def save_refused(self):
        """Save, and return what the dialog says against it."""
        self.click(".o_form_button_save")
        return self.text(".modal .modal-body")

    def discard(self):
        """Give up what is not saved: leaving the page, Odoo would try to save it."""
        if self.visible(".modal .btn-close"):
            self.click(".modal .btn-close")
            self.wait_gone(".modal")
        if self.visible(DISCARD):
            self.click(DISCARD)
            self.wait_gone(DISCARD)

    def action(self, label):
        """Run an entry of the cog menu."""
        self.click(".o_cp_action_menus button:has(.fa-cog)")
        self.click_text(".o-dropdown--menu .o-dropdown-item", label)

    def record_id(self):
        """Database id of the record whose form is shown."""
        tail = self.driver.current_url.partition("?")[0].rpartition("/")[2]
        return int(tail) if tail.isdigit() else None

    def clipboard(self):
        script = "navigator.clipboard.readText().then(arguments[0], arguments[0])"
        return self.driver.execute_async_script(script)
