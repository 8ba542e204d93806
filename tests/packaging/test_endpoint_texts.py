"""Form and readmes say the same about what takes effect when."""

import re
import xml.etree.ElementTree as ET

import repository

VIEW = repository.ROOT / "endpoint/views/endpoint_view.xml"
READMES = ("endpoint/readme/CONFIGURE.md", "endpoint_route_handler/readme/USAGE.md")


def test_form_and_readmes_have_one_text_about_synchronization():
    spans = ET.parse(VIEW).iterfind(".//div[@class='alert alert-warning mb-0']/span")
    (text,) = [re.sub(r"\s+", " ", span.text).strip() for span in spans]
    assert text.startswith("Code, schema, run-as user and company take effect")
    for readme in READMES:
        words = (repository.ROOT / readme).read_text("utf-8").split()
        assert text in " ".join(words), readme
