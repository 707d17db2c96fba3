import type { Catalogue } from "./catalogue";

const notAdmitted =
  "Mit diesem Konto können Sie sich nicht registrieren. Wenn Sie glauben, dass Sie Zugriff haben sollten, wenden Sie sich an die Person, die Sie eingeladen hat.";
const unreadable = "Ihre Registrierung konnte nicht gelesen werden. Bitte versuchen Sie es später erneut.";
const pausedText = "Die Registrierung ist zurzeit unterbrochen. Bitte versuchen Sie es später noch einmal.";

export const de = {
  language: "de",
  reasons: {
    "access-list.denied": notAdmitted,
    "access-list.no-approval": notAdmitted,
    "access-list.unlisted": notAdmitted,
    "request.email":
      "Für die Registrierung wird eine gültige E-Mail-Adresse benötigt. Verwenden Sie bitte eine andere Adresse oder ein anderes Konto.",
    "request.unreadable": unreadable,
    "request.step": unreadable,
    "request.tenant": unreadable,
    "request.drill": "Das war ein Test: Mit dieser Adresse registriert sich niemand.",
    "posture.closed": pausedText,
    "posture.listed": pausedText,
    "attribute.required": "Bitte füllen Sie dieses Feld aus.",
    "attribute.invalid": "Dieser Wert ist ungültig.",
    "gatehouse.unavailable": "Ihre Registrierung kann zurzeit nicht bearbeitet werden. Bitte versuchen Sie es später erneut.",
    "gatehouse.blocked": "Sie können sich nicht registrieren.",
  },
  labels: {
    email: "E-Mail-Adresse",
    displayName: "Anzeigename",
    givenName: "Vorname",
    surname: "Nachname",
    jobTitle: "Position",
    streetAddress: "Straße",
    city: "Ort",
    state: "Bundesland/Kanton",
    postalCode: "Postleitzahl",
    country: "Land/Region",
  },
  blockTitle: "Registrierung nicht möglich",
  correctFields: "Bitte korrigieren Sie die markierten Felder.",
  problem: "{attribute}: {problem}",
  reference: "(Referenz: {reference})",
  tryLater: "Bitte versuchen Sie es später erneut.",
  fullStop: ".",
} as const satisfies Catalogue;
