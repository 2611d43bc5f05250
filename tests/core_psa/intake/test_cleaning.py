"""What is cut from a mail and what is not, by invented mails of many clients and languages."""

import pytest

from core_psa.intake.cleaning import clean, clean_body, text_hash

PROBLEM = "The label printer in hall 4 prints blank labels since this morning.\nWe changed the roll twice."


def test_the_subject_stands_on_the_first_line() -> None:
    assert clean("Label printer", PROBLEM) == f"Label printer\n{PROBLEM}"


def test_a_body_that_repeats_its_subject_is_not_told_twice() -> None:
    assert clean("VPN is down", "VPN is down again in Leiden") == "VPN is down again in Leiden"


@pytest.mark.parametrize(("subject", "body"), [("VPN is down", ""), ("", "VPN is down"), ("  ", "\nVPN is down\n")])
def test_either_may_be_missing(subject: str, body: str) -> None:
    assert clean(subject, body) == "VPN is down"


@pytest.mark.parametrize(
    "prefix",
    ["Re: ", "AW: ", "Fwd: RE: ", "[EXTERNAL] Re: ", "WG: ", "TR : ", "RV: ", "Antw: ", "Re[2]: ", "答复: ", "re:fw:"],
)
def test_prefixes_of_replies_and_forwards_leave_the_subject(prefix: str) -> None:
    assert clean(prefix + "scanner offline", "") == "scanner offline"


@pytest.mark.parametrize(
    "subject", ["Re:", "[External]", "Regional office offline", "R: drive is gone", "[SAP-7] import fails"]
)
def test_a_subject_that_only_looks_like_a_prefix_stays(subject: str) -> None:
    assert clean(subject, "") == subject


QUOTED = "> The driver was installed.\n> Please try again.\n"
HEADERS = {
    "gmail en": "On Tue, Mar 3, 2026 at 9:14 AM Mira Halden <mira@halden.example> wrote:\n" + QUOTED,
    "gmail en, broken line": "On Tue, Mar 3, 2026 at 9:14 AM Mira Halden\n<mira@halden.example> wrote:\n" + QUOTED,
    "gmail de": "Am Di., 3. März 2026 um 09:14 Uhr schrieb Mira Halden <mira@halden.example>:\n" + QUOTED,
    "gmail fr": "Le mar. 3 mars 2026 à 09:14, Mira Halden <mira@halden.example> a écrit :\n" + QUOTED,
    "gmail es": "El mar, 3 mar 2026 a las 9:14, Mira Halden (<mira@halden.example>) escribió:\n" + QUOTED,
    "gmail nl": "Op di 3 mrt 2026 om 09:14 schreef Mira Halden <mira@halden.example>:\n" + QUOTED,
    "gmail it": "Il giorno mar 3 mar 2026 alle ore 09:14 Mira Halden <mira@halden.example> ha scritto:\n" + QUOTED,
    "gmail pt": "Em ter., 3 de mar. de 2026 às 09:14, Mira Halden <mira@halden.example> escreveu:\n" + QUOTED,
    "apple en": "On 3. Mar 2026, at 09:14, Mira Halden wrote:\n\n" + QUOTED,
    "thunderbird de": "Am 03.03.2026 um 09:14 schrieb Mira Halden:\n" + QUOTED,
    "bare name": "Mira Halden wrote:\n\n" + QUOTED,
    "dated sender": "2026-03-03 9:14 GMT+01:00 Mira Halden <mira@halden.example>:\n" + QUOTED,
    "outlook en": "From: Mira Halden <mira@halden.example>\nSent: Tuesday, March 3, 2026 9:14 AM\nTo: Help Desk\n"
    "Subject: RE: Printer\n\nThe driver was installed.",
    "outlook de": "________________________________\nVon: Mira Halden\nGesendet: Dienstag, 3. März 2026 09:14\nAn: Support\n"
    "Cc: Leitstand\nBetreff: AW: Drucker\n\nDer Treiber ist installiert.",
    "outlook fr": "De : Mira Halden\nEnvoyé : mardi 3 mars 2026 09:14\nÀ : Support\nObjet : RE: Imprimante\n\nC'est installé.",
    "outlook es": "De: Mira Halden\nEnviado el: martes, 3 de marzo de 2026 9:14\nPara: Soporte\nAsunto: RE: Impresora\n\nListo.",
    "outlook nl": "Van: Mira Halden\nVerzonden: dinsdag 3 maart 2026 09:14\nAan: Support\nOnderwerp: RE: Printer\n\nKlaar.",
    "outlook it": "Da: Mira Halden\nInviato: martedì 3 marzo 2026 09:14\nA: Supporto\nOggetto: R: Stampante\n\nFatto.",
    "outlook pt": "De: Mira Halden\nEnviado: terça-feira, 3 de março de 2026 09:14\nPara: Suporte\nAssunto: RES: Impressora\n\nFeito.",
    "outlook bold": "*From:* Mira Halden\n*Sent:* Tuesday\n*To:* Help Desk\n*Subject:* RE: Printer\n\nThe driver was installed.",
    "original message": "-----Original Message-----\nFrom: Mira Halden\nSent: Tuesday\nTo: Desk\nSubject: Printer\n\nInstalled.",
    "original message de": "-----Ursprüngliche Nachricht-----\nVon: Mira Halden\nBetreff: Drucker\n\nInstalliert.",
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_what_a_reply_quotes_is_cut_at_its_header(header: str) -> None:
    assert clean_body(f"{PROBLEM}\n\n{header}") == PROBLEM


def test_text_typed_between_quoted_lines_is_kept() -> None:
    body = "On 3 Mar 2026 at 09:14, Mira Halden wrote:\n> Which hall is it?\nHall 4.\n> And since when?\nSince seven."
    assert clean_body(body) == "Hall 4.\nSince seven."


def test_quoted_prose_without_a_header_is_cut() -> None:
    quoted = "> we installed the driver on your machine\n> please print a page and tell us"
    assert clean_body(f"{quoted}\nIt still prints blank pages.") == "It still prints blank pages."


@pytest.mark.parametrize(
    "text",
    [
        "It fails:\n> select count(*) from orders;\n> quit\nORA-00942",
        "Run this:\n>>> import json\n>>> json.loads('')\nTraceback (most recent call last):",
        "Diff of the config:\n--- a/web.conf\n+++ b/web.conf\n- port: 80\n+ port: 8080",
        "Script:\n-- drop the index first\ndrop index ix_orders;\n--\ncreate index ix_orders;",
        "java.lang.NullPointerException\nat com.halden.Printer.print(Printer.java:42)\nat com.halden.Main.main(Main.java:7)",
        "Three things fail:\n- printing\n- scanning\n- fax",
        "On 2026-03-03 09:14 the server\nrestarted twice and then it wrote nothing.",
        "From: is empty in every mail that we send\nTo: is right, though",
        "Please mail mira@halden.example or tomas@halden.example when it works.",
        "<property>\n<name>spool.dir</name>\n</property>\nis not read from the file",
        "Why does <div> show up in the signature editor? We typed <br> there.",
        "The option [image] is gone; C:\\Users\\mira\\x.log has error 0x80070005",
        "Our disclaimer must say that a mail is confidential and meant for the intended recipient only.",
        "Mails that came from outside carry no banner any more.\n\nInternal ones are fine.",
        "External email is not arriving since noon. Internal email is.",
        "The phishing mail says do not click, so everybody clicks.\n\nPlease block it.",
        "Confidential: the payroll share can be read by unauthorised people.\n\nPlease close it.",
        "This email was marked confidential and the addressee cannot open it.\n\nSee the screenshot.",
        "The laptop has been checked for viruses.\nIt is still slow.",
        "It worked until the update.\nOn 2026-03-03 at 09:14 the scheduler wrote these lines:\nERROR 17 no route\nERROR 18 no route",
    ],
)
def test_code_logs_and_talk_about_mail_are_left_alone(text: str) -> None:
    assert clean_body(text) == text


def test_a_stack_trace_below_the_closing_is_no_signature() -> None:
    body = f"{PROBLEM}\n\nThanks,\nMira\n\njava.io.IOException: no paper\nat com.halden.Printer.feed(Printer.java:9)"
    assert clean_body(body).endswith("at com.halden.Printer.feed(Printer.java:9)")


SIGNATURES = [
    "-- \nMira Halden\nHalden Logistics",
    "Regards,\nMira",
    "Kind regards\n\nMira Halden\nDispatch | Halden Logistics\nT +47 555 01 23 45\nwww.halden.example",
    "Thanks and regards, Mira Halden",
    "Thanks in advance!\nMira",
    "Mit freundlichen Grüßen\n\nMira Halden\nHalden Logistik GmbH\nHafenstraße 4\n20000 Hamburg",
    "Viele Grüße\nMira",
    "MfG\nM. Halden",
    "Cordialement,\nMira Halden",
    "Un saludo,\nMira",
    "Met vriendelijke groet,\nMira Halden",
    "Cordiali saluti\nMira Halden",
    "Atenciosamente,\nMira Halden",
    "Sent from my iPhone",
    "Get Outlook for Android<https://get.example/android>",
    "Von meinem iPhone gesendet",
    "Envoyé de mon iPhone",
    "Cheers\nMira\n\nSent from my iPad",
]


@pytest.mark.parametrize("signature", SIGNATURES)
def test_signatures_are_cut(signature: str) -> None:
    assert clean_body(f"{PROBLEM}\n\n{signature}") == PROBLEM


@pytest.mark.parametrize(
    "closing", ["Thanks to the new driver it prints twice now, which is worse.", "Best practice is not followed."]
)
def test_a_sentence_that_begins_like_a_closing_is_kept(closing: str) -> None:
    assert clean_body(f"{PROBLEM}\n{closing}") == f"{PROBLEM}\n{closing}"


def test_a_closing_far_above_the_end_closes_nothing() -> None:
    body = "Regards,\n" + "\n".join(f"line {n} of the log" for n in range(30))
    assert clean_body(body) == body


def test_what_follows_as_a_postscript_is_kept() -> None:
    body = f"{PROBLEM}\n\nRegards,\nMira\n\nPS: the scanner has the same fault"
    assert clean_body(body).endswith("PS: the scanner has the same fault")


@pytest.mark.parametrize(
    "greeting", ["Hi,", "Hello team", "Dear Ms Brandvik,", "Hallo zusammen,", "Guten Tag,", "Bonjour,", "Hola,"]
)
def test_greetings_are_cut(greeting: str) -> None:
    assert clean_body(f"{greeting}\n\n{PROBLEM}") == PROBLEM


def test_a_greeting_with_the_problem_behind_it_is_kept() -> None:
    assert clean_body("Hi printer is broken\nplease fix") == "Hi printer is broken\nplease fix"


DISCLAIMERS = [
    "This e-mail and any attachments are confidential and intended solely for the addressee.\nIf you are not the intended recipient, delete it.",
    "CONFIDENTIALITY NOTICE: This message may contain privileged information for the intended recipient only.",
    "If you have received this email in error, please notify us. Unauthorised use of this confidential message is strictly prohibited.",
    "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, löschen Sie diese E-Mail.",
    "Ce message et ses pièces jointes sont confidentiels et établis à l'intention exclusive de ses destinataires.",
    "Este mensaje es confidencial y se dirige exclusivamente a su destinatario.",
    "Dit bericht is vertrouwelijk en uitsluitend bestemd voor de geadresseerde.",
    "Questo messaggio è riservato ed è destinato esclusivamente al destinatario.",
    "Please consider the environment before printing this email.",
]


@pytest.mark.parametrize("disclaimer", DISCLAIMERS)
def test_disclaimers_are_cut(disclaimer: str) -> None:
    assert clean_body(f"{PROBLEM}\n\n{disclaimer}") == PROBLEM


def test_a_signature_above_a_disclaimer_is_cut_with_it() -> None:
    assert clean_body(f"{PROBLEM}\n\nRegards,\nMira Halden\n\n{DISCLAIMERS[0]}") == PROBLEM


def test_a_disclaimer_on_the_line_of_the_problem_leaves_the_problem() -> None:
    assert clean_body(f"The scanner is offline. {DISCLAIMERS[1]}") == "The scanner is offline."


BANNERS = [
    "CAUTION: This email originated from outside of the organization. Do not click links or open attachments "
    "unless you recognize the sender and know the content is safe.",
    "[EXTERNAL]",
    "[External Sender] This message came from outside your organization.",
    "You don't often get email from mira@halden.example. Learn why this is important<https://aka.example/x>",
    "ACHTUNG: Diese E-Mail stammt von einem externen Absender. Klicken Sie nicht auf Links.",
    "ATTENTION : ce courriel provient de l'extérieur. Ne cliquez pas sur les liens.",
]


@pytest.mark.parametrize("banner", BANNERS)
@pytest.mark.parametrize("gap", ["\n\n", "\n"])
def test_banners_of_mail_gateways_are_cut(banner: str, gap: str) -> None:
    assert clean_body(f"{banner}{gap}{PROBLEM}") == PROBLEM


def test_a_banner_on_the_line_of_the_problem_leaves_the_problem() -> None:
    assert clean_body(f"{BANNERS[0]} The scanner is offline.") == "The scanner is offline."


FORWARDED = f"---------- Forwarded message ---------\nFrom: Tomas Brandvik\nDate: Tue, 3 Mar 2026\nSubject: Printer\nTo: Mira\n\n{PROBLEM}"


@pytest.mark.parametrize(
    "forwarded",
    [
        FORWARDED,
        f"Begin forwarded message:\n\nFrom: Tomas <t@b.example>\nSubject: Printer\nDate: 3 March 2026\nTo: Mira\n\n{PROBLEM}",
        f"Von: Tomas Brandvik\nGesendet: Dienstag\nAn: Mira\nBetreff: Drucker\n\n{PROBLEM}",
        f"Hi,\n\nsee below please.\n\nRegards,\nMira\n\nFrom: Tomas\nSent: Tuesday\nTo: Mira\nSubject: Printer\n\n{PROBLEM}",
        "On 3 Mar 2026 at 09:14, Tomas Brandvik wrote:\n" + "".join(f"> {line}\n" for line in PROBLEM.split("\n")),
    ],
)
def test_a_mail_forwarded_without_a_word_is_about_what_it_forwards(forwarded: str) -> None:
    assert clean_body(forwarded).endswith(PROBLEM)


def test_a_forward_keeps_what_was_typed_above_it_and_what_it_forwards() -> None:
    assert clean_body(f"This is urgent for us.\n\n{FORWARDED}") == f"This is urgent for us.\n\n{PROBLEM}"


def test_a_subject_that_says_forward_is_enough() -> None:
    body = f"It stops the line.\n\nFrom: Tomas\nSent: Tuesday\nTo: Mira\nSubject: Printer\n\n{PROBLEM}"
    assert clean("FW: Printer", body).endswith(PROBLEM)
    assert not clean("RE: Printer", body).endswith(PROBLEM)


def test_typing_only_the_subject_again_is_typing_nothing() -> None:
    body = f"label printer, hall 4\n\nFrom: Tomas\nSent: Tuesday\nTo: Mira\nSubject: Printer\n\n{PROBLEM}"
    assert clean("Label printer hall 4", body).endswith(PROBLEM)


@pytest.mark.parametrize(
    "pointer", ["Help desk, this is from our customer, see the request below.", "Bitte Anfrage unten bearbeiten."]
)
def test_a_short_message_that_points_to_what_it_quotes_keeps_it(pointer: str) -> None:
    body = f"{pointer}\n\nFrom: Tomas\nSent: Tuesday\nTo: Mira\nSubject: Printer\n\n{PROBLEM}"
    assert clean_body(body) == f"{pointer}\n\n{PROBLEM}"


def test_a_new_ticket_of_a_few_words_above_a_mail_passes_that_mail_on() -> None:
    body = f"Please do the needful.\n\nFrom: Tomas\nSent: Tuesday\nTo: Mira\nSubject: Printer\n\n{PROBLEM}"
    assert clean("Label printer", body).endswith(PROBLEM)
    assert clean("Re: Label printer", body) == "Label printer\nPlease do the needful."


def test_an_address_alone_says_nothing() -> None:
    body = f"received from: mira@halden.example\n\nFrom: Tomas\nSent: Tuesday\nTo: Mira\nSubject: Printer\n\n{PROBLEM}"
    assert clean_body(body).endswith(PROBLEM)


def test_of_a_chain_of_forwards_each_mail_loses_its_own_signature() -> None:
    inner = f"{PROBLEM}\n\nRegards,\nTomas"
    outer = f"From: Tomas\nSent: Monday\nTo: Mira\nSubject: Printer\n\n{inner}"
    assert clean_body(f"From: Mira\nSent: Tuesday\nTo: Desk\nSubject: FW: Printer\n\n{outer}") == PROBLEM


@pytest.mark.parametrize(
    "body",
    ["Thanks,\nMira", "Hello", "-- \nMira", DISCLAIMERS[0], "[EXTERNAL]", "> only\n> this", "Sent from my iPhone"],
)
def test_if_nothing_is_left_all_is_kept(body: str) -> None:
    assert clean_body(body) == body.replace("-- ", "--")


def test_html_becomes_the_text_that_its_reader_sees() -> None:
    html = """<html><head><style>p {color: red}</style><title>no</title></head><body><!-- <p>no</p> -->
    <p>Printer&nbsp;4 &amp; scanner 2 are <b>off</b>line.</p><ul><li>no light</li><li>no fan</li></ul>
    <table><tr><td>Room</td><td>12</td></tr></table><script>no()</script></body></html>"""
    assert clean_body(html) == "Printer 4 & scanner 2 are offline.\n\n- no light\n- no fan\n\nRoom 12"


def test_html_keeps_the_lines_of_a_log() -> None:
    assert clean_body("<div>It says:<pre>ORA-00942\nline 7</pre></div>") == "It says:\nORA-00942\nline 7"


def test_html_is_read_whatever_the_case_of_its_tags() -> None:
    assert clean_body("<HTML><STYLE>p {}</STYLE><BODY><P>offline</BODY></HTML>") == "offline"


def test_html_of_gmail_loses_its_quote_and_signature() -> None:
    html = """<div dir="ltr">It prints blank pages.<br><div class="gmail_signature">Mira Halden<br>Dispatch</div></div>
    <div class="gmail_quote"><div class="gmail_attr">On Tue, 3 Mar 2026 at 09:14, Desk &lt;desk@halden.example&gt; wrote:<br></div>
    <blockquote class="gmail_quote">We installed it.<br>Try again.</blockquote></div>"""
    assert clean_body(html) == "It prints blank pages."


def test_html_of_outlook_loses_its_quote() -> None:
    html = """<html><body><div>It prints blank pages.</div><hr><div id="divRplyFwdMsg"><b>From:</b> Desk<br><b>Sent:</b> Tuesday<br>
    <b>To:</b> Mira<br><b>Subject:</b> Re: Printer</div><div>We installed it.</div></body></html>"""
    assert clean_body(html) == "It prints blank pages."


def test_html_without_words_is_kept_as_it_came() -> None:
    assert clean_body('<div><img src="x.png"></div>') == '<div><img src="x.png"></div>'


def test_what_mail_programs_leave_of_images_and_links_is_cut() -> None:
    body = "See [cid:image001.png@01D20000.1] or write to mira@halden.example<mailto:mira@halden.example>."
    assert clean_body(body) == "See or write to mira@halden.example."


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("a\0b\x07c", "abc"),
        ("zero\u200bwidth\ufeff\u00ad", "zerowidth"),
        ("half\ud83da pair", "halfa pair"),
        ("cafe\u0301", "café"),
        ("no\u00a0break\u2003space\t\ttab", "no break space tab"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\n\n\n\n  \nb", "a\n\nb"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
    ],
)
def test_what_cannot_be_seen_goes_and_white_space_is_folded(raw: str, seen: str) -> None:
    assert clean_body(raw) == seen


@pytest.mark.parametrize(
    "text", ["الطابعة لا تعمل", "打印机坏了", "プリンタが動かない", "🖨️🔥".replace("\ufe0f", ""), "принтер не работает"]
)
def test_other_scripts_are_kept(text: str) -> None:
    assert clean_body(text) == text


def test_the_hash_names_the_text_and_the_version_of_its_cleaning() -> None:
    assert text_hash("a") != text_hash("b")
    assert len(text_hash("half\ud83d")) == 64
