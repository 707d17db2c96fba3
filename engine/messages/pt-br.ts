import type { Catalogue } from "./catalogue";

const notAdmitted = "Você não pode se inscrever com esta conta. Se acha que deveria ter acesso, fale com a pessoa que enviou o convite.";
const unreadable = "Não foi possível ler sua inscrição. Tente novamente mais tarde.";
const pausedText = "As inscrições estão pausadas no momento. Tente novamente mais tarde.";

export const ptBR = {
  language: "pt-BR",
  reasons: {
    "access-list.denied": notAdmitted,
    "access-list.no-approval": notAdmitted,
    "access-list.unlisted": notAdmitted,
    "request.email": "A inscrição precisa de um endereço de email válido. Use outro endereço ou outra conta.",
    "request.unreadable": unreadable,
    "request.step": unreadable,
    "request.tenant": unreadable,
    "request.drill": "Isto foi um teste: ninguém se inscreve com este endereço.",
    "posture.closed": pausedText,
    "posture.listed": pausedText,
    "attribute.required": "Preencha este campo.",
    "attribute.invalid": "Este valor não é válido.",
    "gatehouse.unavailable": "Não é possível processar sua inscrição no momento. Tente novamente mais tarde.",
    "gatehouse.blocked": "Você não pode se inscrever.",
  },
  labels: {
    email: "Endereço de email",
    displayName: "Nome para exibição",
    givenName: "Nome",
    surname: "Sobrenome",
    jobTitle: "Cargo",
    streetAddress: "Endereço",
    city: "Cidade",
    state: "Estado/Província",
    postalCode: "CEP",
    country: "País/Região",
  },
  blockTitle: "Não é possível se inscrever",
  correctFields: "Corrija os campos marcados.",
  problem: "{attribute}: {problem}",
  reference: "(Referência: {reference})",
  tryLater: "Tente novamente mais tarde.",
  fullStop: ".",
} as const satisfies Catalogue;
