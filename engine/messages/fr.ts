import type { Catalogue } from "./catalogue";

const notAdmitted =
  "Vous ne pouvez pas vous inscrire avec ce compte. Si vous pensez que vous devriez avoir accès, contactez la personne qui vous a envoyé l’invitation.";
const unreadable = "Votre inscription n’a pas pu être lue. Veuillez réessayer plus tard.";
const pausedText = "Les inscriptions sont suspendues pour le moment. Veuillez réessayer plus tard.";

export const fr = {
  language: "fr",
  reasons: {
    "access-list.denied": notAdmitted,
    "access-list.no-approval": notAdmitted,
    "access-list.unlisted": notAdmitted,
    "request.email": "L'inscription nécessite une adresse e-mail valide. Utilisez une autre adresse ou un autre compte.",
    "request.unreadable": unreadable,
    "request.step": unreadable,
    "request.tenant": unreadable,
    "request.drill": "C’était un test : personne ne s’inscrit avec cette adresse.",
    "posture.closed": pausedText,
    "posture.listed": pausedText,
    "attribute.required": "Veuillez remplir ce champ.",
    "attribute.invalid": "Cette valeur n’est pas valide.",
    "gatehouse.unavailable": "Votre inscription ne peut pas être traitée pour le moment. Veuillez réessayer plus tard.",
    "gatehouse.blocked": "Vous ne pouvez pas vous inscrire.",
  },
  labels: {
    email: "Adresse e-mail",
    displayName: "Nom d’affichage",
    givenName: "Prénom",
    surname: "Nom de famille",
    jobTitle: "Fonction",
    streetAddress: "Adresse postale",
    city: "Ville",
    state: "État/Province",
    postalCode: "Code postal",
    country: "Pays/Région",
  },
  blockTitle: "Inscription impossible",
  correctFields: "Veuillez corriger les champs signalés.",
  problem: "{attribute}\u00a0: {problem}",
  reference: "(Référence\u00a0: {reference})",
  tryLater: "Veuillez réessayer plus tard.",
  fullStop: ".",
} as const satisfies Catalogue;
