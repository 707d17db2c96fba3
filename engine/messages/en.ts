import type { Catalogue } from "./catalogue";

// Every refusal has the same words: a message must not reveal what is on the list.
const notAdmitted = "You cannot sign up with this account. If you think you should have access, ask the person who invited you.";
const unreadable = "We could not read your sign-up. Please try again later.";
// The text says neither who may still sign up nor why.
const pausedText = "Sign-up is paused for now. Please try again later.";

export const en = {
  language: "en",
  reasons: {
    "access-list.denied": notAdmitted,
    "access-list.no-approval": notAdmitted,
    "access-list.unlisted": notAdmitted,
    "request.email": "This sign-up needs a valid e-mail address. Please use another address or account.",
    "request.unreadable": unreadable,
    "request.step": unreadable,
    "request.tenant": unreadable,
    "request.drill": "This was a test of the gate: nobody signs up with this address.",
    "posture.closed": pausedText,
    "posture.listed": pausedText,
    "attribute.required": "Please fill in this field.",
    "attribute.invalid": "This value is not valid.",
    "gatehouse.unavailable": "We cannot process your sign-up right now. Please try again later.",
    "gatehouse.blocked": "You cannot sign up.",
  },
  labels: {
    email: "Email Address",
    displayName: "Display Name",
    givenName: "Given Name",
    surname: "Surname",
    jobTitle: "Job Title",
    streetAddress: "Street Address",
    city: "City",
    state: "State/Province",
    postalCode: "Postal Code",
    country: "Country/Region",
  },
  blockTitle: "You cannot sign up",
  correctFields: "Please correct the marked fields.",
  problem: "{attribute}: {problem}",
  reference: "(Reference: {reference})",
  tryLater: "Please try again later.",
  fullStop: ".",
} as const satisfies Catalogue;
