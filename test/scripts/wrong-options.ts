import { afterSignIn } from "../../engine/sign-up/policy";
import * as policy from "../../index";

/** What something with options refuses. */
export interface Refusing {
  /** By option, a wrong value to call it with. Without an entry, only the compiler refuses wrong values. */
  readonly refused: Readonly<Record<string, unknown>>;
  /** Throws for such an option. */
  readonly made: (options: never) => unknown;
}

const crm = { url: "https://crm.contoso.com/{email}", trust: ["mail"], schema: emptySchema(), attributes: () => ({}), onFailure: "block" };
const proven = policy.profiles({ trust: ["mail"] });
const idology = policy.idology();

/** By what a policy calls, as in docs/reference.md. */
export const refusing: Readonly<Record<string, Refusing>> = {
  approvalClaims: {
    refused: { trust: "mail" },
    made: (options) => policy.approvalClaims({ approval: "state" }, options),
  },
  admit: {
    refused: {
      everyoneElse: "deny",
      trust: "mail",
      listed: "yes",
      classes: ["free"],
      domains: "contoso.com",
      subdomains: "no",
      partners: "yes",
      invited: "code",
      limit: 20,
      approval: true,
    },
    made: (options) =>
      policy.admit({ everyoneElse: "block", listed: true, domains: ["contoso.com"], trust: ["mail"], ...(options as object) }),
  },
  approvalStatus: { refused: { unless: "listed" }, made: policy.approvalStatus },
  accessList: {
    refused: { otherwise: "maybe", allows: "no", classes: ["free"], trust: "mail" },
    made: policy.accessList,
  },
  onlyDomains: {
    refused: { subdomains: "no", otherwise: "deny", unless: "listed", trust: ["issuer:mail"] },
    made: (options) => policy.onlyDomains(["contoso.com"], options),
  },
  partners: { refused: { otherwise: "deny", unless: "listed", trust: "mail" }, made: policy.partners },
  notDomains: {
    refused: { subdomains: "no", except: "contoso.com" },
    made: (options) => policy.notDomains(["contoso.com"], options),
  },
  prefill: { refused: { only: "city" }, made: (options) => policy.prefill(proven, options) },
  lookup: {
    refused: { only: "city", notFound: "deny", untrusted: "ask-again" },
    made: (options) => policy.lookup(proven, options),
  },
  permittedValue: {
    refused: {
      list: "",
      source: "crm",
      only: "city",
      fill: { city: "value" },
      case: "upper",
      spaces: "trim",
      optional: "no",
      maxUses: 0,
      usedUp: "block",
      guessesPerDay: 10_001,
    },
    made: (options) => policy.permittedValue("extension_Code" as never, options),
  },
  minimumAge: {
    refused: { years: { default: 16, Korea: 14 }, country: "", order: "day first", keep: "no", instead: 0 },
    made: (options) => policy.minimumAge("extension_Born" as never, { years: 16, ...(options as Partial<policy.MinimumAgeOptions>) }),
  },
  invited: {
    refused: { by: ["mail"], code: "", lasts: "0d", otherwise: "deny", unless: "listed", trust: "mail" },
    made: (options) => policy.invited(options),
  },
  surge: {
    refused: { max: 0, per: "1d", then: "closed" },
    made: (options) => policy.surge({ max: 1, per: "1h", ...(options as Partial<policy.SurgeOptions>) }),
  },
  expiry: {
    refused: {
      lasts: "0d",
      idle: "0d",
      askGraph: "yes",
      unredeemed: "7d",
      renew: "nobody",
      remind: [0],
      then: { disable: -1 },
      otherwise: "continue",
      trust: "mail",
      disable: -1,
      delete: 0,
    },
    made: (options) => {
      const { disable, delete: deleted, ...others } = options as Partial<policy.ExpiryOptions & policy.ExpiryEnding>;
      const then = { ...(disable !== undefined && { disable }), ...(deleted !== undefined && { delete: deleted }) };
      return policy.expiry({ lasts: "180d", then, ...others });
    },
  },
  limit: {
    refused: { by: "city", windows: [], then: "deny", except: true, name: "My limit", max: 0, per: "1w" },
    made: (options) => {
      const { max = 1, per = "1h", ...others } = options as Partial<policy.LimitOptions & policy.LimitWindow>;
      return policy.limit({ by: "domain", windows: [{ max, per }], ...others });
    },
  },
  oneAccount: {
    refused: { trust: [], names: { google: "" }, lasts: "7d", directory: true, unknown: "approval" },
    made: policy.oneAccount,
  },
  entraDirectory: {
    refused: { tenantId: "my tenant", tenantDomain: "contoso/x", secret: "", timeout: "100ms" },
    made: (options) => policy.entraDirectory({ tenantId: "contoso.com", ...(options as object) }),
  },
  terms: {
    refused: { version: "", files: {}, ticked: "false" },
    made: (options) =>
      policy.terms("extension_Terms" as never, {
        version: "2026-01",
        files: { en: "terms.en.md" },
        ...(options as Partial<policy.TermsOptions>),
      }),
  },
  termsDue: {
    refused: { claim: "" },
    made: (options) => policy.termsDue(policy.terms("extension_Terms" as never, { version: "1", files: { en: "terms.en.md" } }), options),
  },
  verifyIdentity: {
    refused: { refuted: "deny", review: "deny", countries: ["USA"], unavailable: "deny", attemptsPerDay: 0, unless: true },
    made: (options) => policy.verifyIdentity(idology, options),
  },
  requestApproval: {
    refused: {
      unless: true,
      when: "listed",
      then: "wait",
      answerWithin: "0d",
      askAgainAfter: "-1d",
      passFor: "3651d",
      unproven: "block",
      show: "jobTitle",
      askedOf: "it@contoso.com",
      stages: "Security",
      stageMail: true,
    },
    made: policy.requestApproval,
  },
  stages: {
    refused: { by: "Security", orElse: "Partners", within: "2 days", need: 0 },
    made: (stage: object) =>
      policy.requestApproval({
        stages: [{ by: policy.approvers("Security"), ...("within" in stage && { orElse: policy.approvers("Partners") }), ...stage }],
      }),
  },
  sponsor: {
    refused: { code: "", list: "codes", attribute: "extension_Sponsor", domains: ["contoso"] },
    made: policy.sponsor,
  },
  profiles: { refused: { trust: "mail" }, made: policy.profiles },
  http: {
    refused: {
      name: "My CRM",
      url: "http://crm.contoso.com",
      authentication: "crm",
      certificate: "client.pem",
      schema: {},
      attributes: {},
      timeout: "100ms",
      maxBytes: 0,
      trust: "mail",
      onFailure: "retry",
    },
    made: (options) => policy.http({ ...crm, ...(options as object) } as never),
  },
  service: {
    refused: {
      url: "http://crm.contoso.com",
      authentication: "crm",
      certificate: "client.pem",
      headers: { authorization: "Bearer 4711" },
      timeout: "100ms",
      maxBytes: 0,
    },
    made: (options) => policy.service("crm", { url: "https://crm.contoso.com", ...(options as object) }),
  },
  oauth: {
    refused: { tokenUrl: "http://login.contoso.com", credentialsIn: "query" },
    made: (options) => policy.oauth("crm", { tokenUrl: "https://login.contoso.com/token", ...(options as object) }),
  },
  apiKey: { refused: { header: "x key" }, made: (options) => policy.apiKey("crm", options) },
  idology: {
    refused: { secret: "", fields: { phone: "city" }, endpoint: "http://idology.example", timeout: "100ms" },
    made: policy.idology,
  },
  experian: {
    refused: {
      secret: "",
      workflow: "",
      countryCode: "alpha-4",
      fields: { phone: "city" },
      timeout: "20s",
      endpoint: "http://experian.example",
      tenantId: "",
      requestType: "",
      organisationCode: "",
      modelCode: "",
    },
    made: policy.experian,
  },
  "afterSignIn, beforeCreateUser, beforeSendingToken": {
    refused: { messages: { "access-list.denied": "" }, labels: { city: {} }, deadline: "100ms", trust: "mail" },
    made: (options) => afterSignIn([policy.accessList()], { trust: "any", ...(options as object) }),
  },
};

function emptySchema() {
  return { "~standard": { version: 1, vendor: "none", validate: (value: unknown) => ({ value }) } } as const;
}

/** The error for a wrong value of an option. Throws if there is none. */
export function refusalOf(call: string, option: string): string {
  const { made, refused } = refusing[call] as Refusing;
  try {
    made({ [option]: refused[option] } as never);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`${call} takes ${option}: ${JSON.stringify(refused[option])}.`);
}
