import type { LanguageTexts } from "entra-gatehouse";

export default {
  blockTitle: "Registrazione non riuscita",
  correctFields: "Correggi i campi evidenziati.",
  problem: "{attribute}: {problem}",
  reference: "(Riferimento: {reference})",
  tryLater: "Riprova più tardi.",
  fullStop: ".",
  reasons: {
    "access-list.denied": "Non puoi registrarti con questo account.",
    "age.too-young": "Devi avere almeno {years} anni.",
    "attribute.invalid": "Valore non valido.",
    "attribute.invalid.atLeastCharacters": "Inserisci almeno {count} caratteri.",
    "account.exists.provider": "Ti sei registrato con {provider}.",
    "gatehouse.unavailable": "",
  },
  labels: { jobTitle: "Qualifica" },
  mail: { "denied.subject": "Richiesta respinta", "denied.text": "La tua richiesta è stata respinta." },
} satisfies LanguageTexts;
