/** What the documentation's own samples, and endpoints made after them, get wrong: seen in an endpoint, it was probably copied from there. */
export const sampleDefects = {
  allow: "approval sample: the status check answers with the action Allow, which the contract does not know",
  bareSuccess: "identity verification samples: a success without version and action",
  bareRefusal: "validation sample: a bare 400 for a request it cannot use, without action and userMessage",
  firstIdentity: "approval sample: takes the first of the identities, and throws if there is none",
  invalidAs200: "approval sample: ValidationError with HTTP status 200",
  invalidTooEarly: "approval and validation samples: ValidationError after sign-in, where there is no page to return to",
  blockAs400: "approval sample: a refusal that says status 400",
  nulls: "approval sample: null for attributes without a value",
  noChallenge: "approval sample: 401 without the header WWW-Authenticate",
  colon: "validation sample: splits user name and password at every colon",
  slow: "identity verification samples: no time-out of their own when they ask a vendor",
  repeat: "approval and identity verification samples: a repeated call is handled as a new one",
  capital: "attribute collection samples: ShowValidationError with a capital letter",
  extensionAs400: "extensions made from API connectors: a validation error with HTTP status 400",
  anyParty: "samples that check the audience alone: any application of the tenant may call",
  anyTenant: "attribute collection samples: the tenant in the body is not compared with the token's",
} as const;
