import type { Catalogue } from "./catalogue";

const notAdmitted =
  "No puede registrarse con esta cuenta. Si cree que debería tener acceso, póngase en contacto con la persona que le envió la invitación.";
const unreadable = "No se pudo leer su registro. Inténtelo de nuevo más tarde.";
const pausedText = "El registro está en pausa por el momento. Inténtelo de nuevo más tarde.";

export const es = {
  language: "es",
  reasons: {
    "access-list.denied": notAdmitted,
    "access-list.no-approval": notAdmitted,
    "access-list.unlisted": notAdmitted,
    "request.email": "Para registrarse se necesita una dirección de correo electrónico válida. Use otra dirección u otra cuenta.",
    "request.unreadable": unreadable,
    "request.step": unreadable,
    "request.tenant": unreadable,
    "request.drill": "Esto fue una prueba: nadie se registra con esta dirección.",
    "posture.closed": pausedText,
    "posture.listed": pausedText,
    "attribute.required": "Complete este campo.",
    "attribute.invalid": "Este valor no es válido.",
    "gatehouse.unavailable": "En este momento no se puede procesar su registro. Inténtelo de nuevo más tarde.",
    "gatehouse.blocked": "No puede registrarse.",
  },
  labels: {
    email: "Dirección de correo electrónico",
    displayName: "Nombre para mostrar",
    givenName: "Nombre",
    surname: "Apellidos",
    jobTitle: "Puesto",
    streetAddress: "Dirección",
    city: "Ciudad",
    state: "Estado o provincia",
    postalCode: "Código postal",
    country: "País o región",
  },
  blockTitle: "No es posible registrarse",
  correctFields: "Corrija los campos marcados.",
  problem: "{attribute}: {problem}",
  reference: "(Referencia: {reference})",
  tryLater: "Inténtelo de nuevo más tarde.",
  fullStop: ".",
} as const satisfies Catalogue;
