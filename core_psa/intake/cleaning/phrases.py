"""What mail programs and people say around a message: English, German, French, Spanish, Dutch, Italian, Portuguese."""

from collections.abc import Iterable


def any_in(low: str, wanted: Iterable[str]) -> bool:
    """Whether one of the phrases stands in `low`. A plain loop: every text is asked a hundred times."""
    for phrase in wanted:  # noqa: SIM110 - a generator takes twice as long
        if phrase in low:
            return True
    return False


# "On <date>, <name> wrote:" - how the line begins and how it ends.
ATTRIBUTION_STARTS = ("on ", "am ", "le ", "el ", "op ", "il ", "em ", "a ", "no dia ", "lo scorso ", "den ")
# At the end of the line; the Germanic ones put the name behind the verb.
ATTRIBUTION_ENDS = tuple(
    f"{verb}{end}"
    for verb in ("wrote", "schrieb", "a écrit", "escribió", "schreef", "ha scritto", "escreveu")
    for end in (":", " :")
)
ATTRIBUTION_VERBS = (" schrieb ", " schreef ")

# The block of headers that Outlook and others write above what they quote.
FROM_LABELS = frozenset({"from", "von", "de", "van", "da"})
DATE_LABELS = frozenset(
    {"sent", "date", "gesendet", "datum", "envoyé", "enviado", "enviado el", "enviada em", "enviado em"}
    | {"fecha", "verzonden", "inviato", "data"}
)
SUBJECT_LABELS = frozenset({"subject", "betreff", "objet", "asunto", "onderwerp", "oggetto", "assunto"})
OTHER_LABELS = frozenset(
    {
        "to",
        "an",
        "à",
        "para",
        "aan",
        "a",
        "cc",
        "kopie",
        "copie",
        "importance",
        "wichtigkeit",
        "priorität",
        "importancia",
    }
    | {"bcc", "reply-to", "attachments", "anlagen", "pièces jointes", "importância", "belang", "urgentie", "priorità"}
)
LABELS = FROM_LABELS | DATE_LABELS | SUBJECT_LABELS | OTHER_LABELS

ORIGINAL_MESSAGE = frozenset(
    {"original message", "ursprüngliche nachricht", "originalnachricht", "original-nachricht", "message d'origine"}
    | {"message original", "mensaje original", "oorspronkelijk bericht", "messaggio originale", "mensagem original"}
    | {"original appointment", "ursprünglicher termin"}
)
FORWARDED_MESSAGE = frozenset(
    {
        "forwarded message",
        "begin forwarded message",
        "weitergeleitete nachricht",
        "message transféré",
        "mensaje reenviado",
    }
    | {"anfang der weitergeleiteten nachricht", "début du message réexpédié", "inicio del mensaje reenviado"}
    | {"doorgestuurd bericht", "begin doorgestuurd bericht", "messaggio inoltrato", "inizio messaggio inoltrato"}
    | {"mensagem encaminhada", "início da mensagem encaminhada"}
)

REPLY_PREFIXES = ("re", "aw", "antw", "antwort", "sv", "res", "rif", "回复", "答复")
FORWARD_PREFIXES = ("fw", "fwd", "wg", "tr", "rv", "doorst", "enc", "转发")

# Words that only point to what is quoted below.
POINTERS = {
    "fyi", "see", "below", "please", "above", "attached", "forwarded", "mail", "email", "e-mail", "message", "thanks",
    "thank", "you", "the", "kindly", "received", "from", "help", "pls", "plz", "asap", "hi", "hello", "siehe", "unten", "bitte", "anbei",
    "zur", "info", "danke", "hallo", "voir", "ci-dessous", "svp", "merci", "bonjour", "ver", "abajo", "por", "favor",
    "gracias", "hola", "zie", "onder", "onderstaand", "alstublieft", "bedankt", "vedi", "sotto", "prego", "grazie",
    "ciao", "abaixo", "obrigado", "olá", "und", "and", "team", "all",
}  # fmt: skip

# In a short message, these say that what is quoted belongs to it.
BELOW = {
    "below", "underneath", "trailing", "unten", "untenstehend", "untenstehende", "darunter", "ci-dessous", "abajo", "onder",
    "onderstaand", "onderstaande", "hieronder", "sotto", "seguito", "abaixo",
}  # fmt: skip

GREETINGS = (
    "hi", "hello", "hey", "dear", "good morning", "good afternoon", "good evening", "hallo", "guten tag", "guten morgen",
    "sehr geehrte", "sehr geehrter", "liebe", "lieber", "moin", "servus", "grüß gott", "bonjour", "bonsoir", "salut", "cher", "chère",
    "hola", "buenos días", "buenas tardes", "estimado", "estimada", "estimados", "goedemorgen", "goedemiddag", "beste", "geachte",
    "ciao", "buongiorno", "salve", "gentile", "olá", "bom dia", "boa tarde", "prezado", "prezados", "caro",
)  # fmt: skip

# Whom a greeting without a comma may name.
GREETED = {
    "team", "all", "there", "everyone", "everybody", "folks", "sir", "madam", "helpdesk", "support", "zusammen", "tous",
    "tutti", "todos", "it",
}  # fmt: skip

# A line that begins so, with at most a name after it, closes a letter.
CLOSINGS = (
    "regards", "kind regards", "kindest regards", "best regards", "warm regards", "warmest regards", "with kind regards",
    "with best regards", "many regards", "yours sincerely", "yours faithfully", "yours truly", "sincerely", "sincerely yours", "best wishes",
    "all the best", "thanks", "many thanks", "thanks and regards", "thanks & regards", "thank you", "thx", "cheers", "rgds",
    "respectfully", "mit freundlichen grüßen", "mit freundlichen grüssen", "mit freundlichem gruß", "mit besten grüßen",
    "freundliche grüße", "freundlicher gruß", "viele grüße", "viele grüsse", "liebe grüße", "beste grüße", "schöne grüße",
    "herzliche grüße", "gruß", "grüße", "hochachtungsvoll", "vielen dank", "danke", "besten dank", "cordialement", "bien cordialement",
    "bien à vous", "salutations", "sincères salutations", "meilleures salutations", "merci", "merci d'avance", "saludos", "un saludo",
    "saludos cordiales", "un cordial saludo", "atentamente", "gracias", "muchas gracias", "met vriendelijke groet",
    "met vriendelijke groeten", "vriendelijke groet", "groet", "groeten", "hartelijke groeten", "bedankt", "alvast bedankt",
    "cordiali saluti", "distinti saluti", "saluti", "un saluto", "grazie", "atenciosamente", "com os melhores cumprimentos",
    "cumprimentos", "abraços", "obrigado", "obrigada",
)  # fmt: skip
# These mean too much elsewhere to count unless they stand alone.
LONE_CLOSINGS = frozenset(
    {"best", "kind", "with best", "br", "kr", "lg", "vg", "mfg", "mvg", "bgrds", "cdt", "atte", "ty", "tia"}
)

DEVICE_LINES = (
    "sent from my ", "sent from mail for", "sent from outlook", "sent from yahoo mail", "sent from samsung", "sent from proton", "sent via ",
    "get outlook for", "von meinem ", "gesendet von ", "gesendet mit ", "holen sie sich outlook", "outlook für ",
    "envoyé de mon", "envoyé depuis", "envoyé à partir", "télécharger outlook", "obtenir outlook", "enviado desde mi", "enviado desde",
    "obtener outlook", "verstuurd vanaf", "verzonden vanaf", "verzonden met", "outlook voor ", "inviato da ", "scarica outlook",
    "ottieni outlook", "enviado do meu", "enviado a partir", "obter o outlook",
)  # fmt: skip

# A sentence of a banner that a mail gateway puts above a message from outside.
BANNERS = (
    "originated from outside", "originates from outside", "came from outside", "sent from outside", "from an external sender",
    "from an external source", "external email", "external e-mail", "external sender", "do not click", "don't click",
    "unless you recognize", "unless you recognise", "content is safe", "don't often get email from", "learn why this is important",
    "externe e-mail", "externer absender", "externen absender", "von außerhalb", "klicken sie nicht", "öffnen sie keine", "inhalt sicher ist",
    "nicht oft e-mails von", "expéditeur externe", "provient de l'extérieur", "ne cliquez pas", "reconnaissez l'expéditeur",
    "remitente externo", "fuera de la organización", "correo externo", "no haga clic", "van buiten de organisatie", "externe afzender",
    "klik niet op", "mittente esterno", "all'esterno dell'organizzazione", "non fare clic", "non cliccare", "remetente externo",
    "fora da organização", "não clique",
)  # fmt: skip
BANNER_LABELS = (
    "caution", "warning", "attention", "achtung", "warnung", "vorsicht", "sicherheitshinweis", "cuidado", "atención", "advertencia",
    "let op", "waarschuwing", "attenzione", "avviso", "atenção", "aviso",
)  # fmt: skip
BANNER_TAGS = ("external", "extern", "externe", "externo", "esterno", "ext", "external email", "external sender")

# A disclaimer begins with one of these, and says one of DISCLAIMER_WORDS before its paragraph ends.
DISCLAIMER_STARTS = (
    "this email", "this e-mail", "this message", "this communication", "this transmission", "the information contained in this",
    "the information in this", "the information transmitted", "the contents of this", "the content of this", "if you are not the",
    "if you have received this", "if you received this", "confidentiality", "confidential notice", "confidential and", "disclaimer", "legal notice",
    "privileged and", "privileged/", "notice:", "important notice", "diese e-mail", "diese email", "diese mail", "diese nachricht",
    "die information in dieser", "die in dieser e-mail", "der inhalt dieser", "wenn sie nicht der", "sollten sie nicht der",
    "falls sie nicht der", "sollten sie diese", "haftungsausschluss", "vertraulichkeit", "wichtiger hinweis", "ce message", "ce courriel",
    "cet e-mail", "cet email", "ce mail", "si vous n'êtes pas le", "si vous avez reçu ce", "avis de confidentialité", "este mensaje",
    "este correo", "esta comunicación", "si usted no es", "si no es usted", "si ha recibido", "aviso legal", "aviso de confidencialidad",
    "dit bericht", "deze e-mail", "dit e-mailbericht", "de informatie in", "de inhoud van dit", "indien u niet", "als u niet",
    "questo messaggio", "questa e-mail", "la presente e-mail", "le informazioni contenute", "se non siete", "se avete ricevuto",
    "esta mensagem", "este e-mail", "se você não", "se não for", "aviso de confidencialidade",
)  # fmt: skip
DISCLAIMER_WORDS = (
    "intended recipient", "intended only", "intended solely", "solely for", "sole use", "addressee", "to whom it is addressed", "confidential",
    "privileged", "strictly prohibited", "unauthori", "vertraulich", "unbefugt", "nicht der richtige", "bestimmungsgemäße",
    "vorgesehene empfänger", "beabsichtigte empfänger", "irrtümlich", "confidentiel", "destinataire", "exclusivement",
    "confidencial", "destinatario", "exclusivamente", "vertrouwelijk", "geadresseerde", "uitsluitend bestemd", "riservat",
    "esclusivamente", "confidenzial", "destinatário",
)  # fmt: skip
# Lines that footers add and that stand for themselves.
FOOTERS = (
    "consider the environment before printing", "do not print this email unless", "do not print this e-mail unless",
    "think before you print", "denken sie an die umwelt", "pensez à l'environnement", "piense en el medio ambiente",
    "denk aan het milieu", "email has been checked for viruses", "e-mail has been checked for viruses", "e-mail wurde auf viren", "scanned by mailscanner", "virus-free.",
)  # fmt: skip
