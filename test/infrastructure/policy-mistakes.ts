/** A slip in a policy, and the lines that its author reads. */
export interface PolicyMistake {
  readonly mistake: string;
  /** Rules of before-create-user.ts, after `accessList()`. */
  readonly rules?: string;
  readonly options?: string;
  /** The rules are all that there is. */
  readonly alone?: true;
  readonly step?: "afterSignIn";
  /** The whole file, in place of `rules`. */
  readonly file?: string;
  /** It shows as a case runs. */
  readonly inCase?: true;
  readonly says: readonly string[];
}

export const policyMistakes: readonly PolicyMistake[] = [
  {
    mistake: "a mistyped option",
    rules: 'accessList({ otherwse: "continue" })',
    says: [
      'before-create-user.ts:3:48: accessList has no option "otherwse": write one of otherwise, allows, classes, trust. Did you mean otherwise?',
    ],
  },
  {
    mistake: "a mistyped value of an option",
    rules: 'accessList({ otherwise: "contine" })',
    says: ['before-create-user.ts:3:48: accessList: otherwise must be "block" or "continue", not "contine".'],
  },
  {
    mistake: "a wildcard in onlyDomains",
    rules: 'onlyDomains(["*.contoso.com"])',
    says: [
      'before-create-user.ts:3:48: onlyDomains: "*.contoso.com" is not a domain; write "contoso.com": for its subdomains, too, set subdomains: true.',
    ],
  },
  {
    mistake: "an address in onlyDomains",
    rules: 'onlyDomains(["kim@contoso.com"])',
    says: ['before-create-user.ts:3:48: onlyDomains: "kim@contoso.com" is not a domain; write "contoso.com".'],
  },
  {
    mistake: "a text for a list in onlyDomains",
    rules: 'onlyDomains("contoso.com")',
    says: ['before-create-user.ts:3:48: onlyDomains takes a list of domains, like ["contoso.com"], not "contoso.com".'],
  },
  {
    mistake: "an empty list of domains",
    rules: "onlyDomains([])",
    says: ["before-create-user.ts:3:48: onlyDomains names no domain: nobody could sign up."],
  },
  {
    mistake: "a URL in onlyDomains",
    rules: 'onlyDomains(["https://contoso.com"])',
    says: ['before-create-user.ts:3:48: onlyDomains: "https://contoso.com" is not a domain; write "contoso.com".'],
  },
  {
    mistake: "a list instead of its members",
    rules: "[accessList()]",
    says: [
      "before-create-user.ts:3:16: The policy for before-create-user contains a list instead of a rule: write three dots before it, as in [...who].",
    ],
  },
  {
    mistake: "admit without its members' dots",
    rules: 'admit({ listed: true, everyoneElse: "block" })',
    says: [
      'before-create-user.ts:3:48: admit: trust must list the identity providers that you trust for addresses, like ["mail", "google.com"], or [] for none.',
    ],
  },
  {
    mistake: "admit without everyoneElse",
    rules: "...admit({ listed: true })",
    says: ["before-create-user.ts:3:51: admit: everyoneElse must be one of approval, waitlist, block, continue, not undefined."],
  },
  {
    mistake: "admit with a mistyped way in",
    rules: '...admit({ lists: true, everyoneElse: "block" })',
    says: [
      'before-create-user.ts:3:51: admit has no option "lists": write one of everyoneElse, trust, listed, classes, domains, subdomains, partners, invited, limit, approval.',
    ],
  },
  {
    mistake: "a rule that is not called",
    rules: "accessList",
    says: [
      'before-create-user.ts:3:16: The policy for before-create-user contains the function accessList instead of a rule, which would let everyone pass: call it, accessList(), or make it a rule with defineRule("name", accessList).',
    ],
  },
  {
    mistake: "a function for a rule",
    rules: "({ email }) => email.endsWith('.kr')",
    says: [
      'before-create-user.ts:3:16: The policy for before-create-user contains a function instead of a rule, which would let everyone pass: call it, accessList(), or make it a rule with defineRule("name", …).',
    ],
  },
  {
    mistake: "an object for a rule",
    rules: '{ name: "mine", decide: () => ({ kind: "continue" }) }',
    says: [
      'before-create-user.ts:3:16: The policy for before-create-user contains an object instead of a rule: write defineRule("mine", ({ signUp, now }) => …) around its function.',
    ],
  },
  {
    mistake: "a policy that only checks the form",
    rules: "validate(v.object({ jobTitle: v.string() }))",
    alone: true,
    says: [
      'before-create-user.ts:3:16: The policy for before-create-user lets everybody in: validate (people who fill in the form). Add a rule that decides who gets in, such as accessList(), onlyDomains([…]) or requestApproval(); what after-sign-in refuses does not count, as some people skip it. If everybody may sign up, write why in the options: admitsEverybody: "why".',
    ],
  },
  {
    mistake: "an approval that nobody refers to",
    rules: 'requestApproval({ when: "approval" })',
    alone: true,
    says: [
      'before-create-user.ts:3:16: The policy for before-create-user lets everybody in: request-approval (everybody that no earlier rule refers). No rule before requestApproval refers people to it. Add a rule that decides who gets in, such as accessList(), onlyDomains([…]) or requestApproval(); what after-sign-in refuses does not count, as some people skip it. If everybody may sign up, write why in the options: admitsEverybody: "why".',
    ],
  },
  {
    mistake: "a list that lets everybody else go on",
    rules: 'accessList({ otherwise: "continue" })',
    alone: true,
    says: [
      'before-create-user.ts:3:16: The policy for before-create-user lets everybody in: access-list (people that no entry denies). Add a rule that decides who gets in, such as accessList(), onlyDomains([…]) or requestApproval(); what after-sign-in refuses does not count, as some people skip it. If everybody may sign up, write why in the options: admitsEverybody: "why".',
    ],
  },
  {
    mistake: "an empty policy",
    rules: "",
    alone: true,
    says: [
      "before-create-user.ts:3:16: The policy for before-create-user has no rule: it would let everyone in. Write one, such as accessList().",
    ],
  },
  {
    mistake: "only a rule of one's own",
    rules: 'defineRule("hours", () => pass())',
    alone: true,
    says: [
      'before-create-user.ts:3:16: The policy for before-create-user lets everybody in: hours (whoever it passes). If hours decides who gets in, say whom it blocks, defineRule("hours", …, { refuses: "people outside office hours" }), or for whom it answers approval (refers). Add a rule that decides who gets in, such as accessList(), onlyDomains([…]) or requestApproval(); what after-sign-in refuses does not count, as some people skip it. If everybody may sign up, write why in the options: admitsEverybody: "why".',
    ],
  },
  {
    mistake: "a rule after the approval",
    rules: 'requestApproval(), onlyDomains(["contoso.com"])',
    says: [
      "before-create-user.ts:3:16: The policy for before-create-user: request-approval has accounts created, and only-domains after it never sees those people: put request-approval last.",
    ],
  },
  {
    mistake: "admitsEverybody beside a list",
    rules: "",
    options: '{ admitsEverybody: "why" }',
    says: ["before-create-user.ts:3:16: admitsEverybody of before-create-user is not true: access-list decides who gets in. Take it out."],
  },
  {
    mistake: "admitsEverybody without words",
    rules: 'accessList({ otherwise: "continue" })',
    options: "{ admitsEverybody: true }",
    alone: true,
    says: ["before-create-user.ts:3:16: admitsEverybody of before-create-user must say in words why everybody may sign up, not true."],
  },
  {
    mistake: "a judge before what sets",
    rules: 'validate(v.object({ city: v.string() })), lookup(profiles({ trust: ["mail"] }), { only: ["city"] })',
    says: [
      "before-create-user.ts:3:16: The policy for before-create-user: validate looks at city, which lookup, after it, sets: people could get in with a value that validate never saw. Write lookup before validate.",
    ],
  },
  {
    mistake: "one attribute permitted twice",
    rules: 'permittedValue("extension_Code", { list: "a" }), permittedValue("extension_Code", { list: "b" })',
    says: [
      "before-create-user.ts:3:16: The policy for before-create-user: permitted-value is there twice for extension_Code, and each would judge what the other sets: keep one of them.",
    ],
  },
  {
    mistake: "both unless and when",
    rules: 'requestApproval({ when: "approval", unless: "allowed" })',
    says: ["before-create-user.ts:3:48: requestApproval takes `unless` or `when`, not both: remove one of them."],
  },
  {
    mistake: "a time as a number",
    rules: "requestApproval({ answerWithin: 14 })",
    says: ['before-create-user.ts:3:48: requestApproval: write answerWithin: "14d" in place of answerWithin: 14.'],
  },
  {
    mistake: "a time without its unit",
    rules: 'requestApproval({ answerWithin: "14" })',
    says: ['before-create-user.ts:3:48: requestApproval: answerWithin is "14"; it must be whole days from "1d" to "3650d".'],
  },
  {
    mistake: "a time of another order",
    rules: 'requestApproval({ answerWithin: "2 weeks" })',
    says: ['before-create-user.ts:3:48: requestApproval: answerWithin is "2 weeks"; it must be whole days from "1d" to "3650d".'],
  },
  {
    mistake: "passFor with provision",
    rules: 'requestApproval({ passFor: "3d" })',
    says: ['before-create-user.ts:3:48: requestApproval: passFor needs then: "continue"; with "provision" nobody signs up again.'],
  },
  {
    mistake: "a stage without approvers()",
    rules: 'requestApproval({ stages: [{ by: "Security" }] })',
    says: [
      'before-create-user.ts:3:48: requestApproval: stages is a list like [{ by: approvers("Security") }]; by is approvers(…) or sponsor(…).',
    ],
  },
  {
    mistake: "stages as an object",
    rules: 'requestApproval({ stages: { by: approvers("Security") } })',
    says: [
      'before-create-user.ts:3:48: requestApproval: stages is a list like [{ by: approvers("Security") }]; by is approvers(…) or sponsor(…).',
    ],
  },
  {
    mistake: "a predicate that returns a promise",
    rules: "requestApproval({ when: async () => true })",
    inCase: true,
    says: ["the rule request-approval failed: requestApproval: `when` must return true or false; it returned a promise: take out async."],
  },
  {
    mistake: "limit without windows",
    rules: 'limit({ by: "domain" })',
    says: ['before-create-user.ts:3:48: limit: windows must say how many people may come within how long, like [{ max: 20, per: "1h" }].'],
  },
  {
    mistake: "limit with one window, no list",
    rules: 'limit({ by: "domain", windows: { max: 20, per: "1h" } })',
    says: ['before-create-user.ts:3:48: limit: windows must say how many people may come within how long, like [{ max: 20, per: "1h" }].'],
  },
  {
    mistake: "limit by a mistyped fact",
    rules: 'limit({ by: "domian", windows: [{ max: 20, per: "1h" }] })',
    says: [
      'before-create-user.ts:3:48: limit: by must be one of mailbox, domain, organisation, mailHost, issuer, application, network, gate, not "domian".',
    ],
  },
  {
    mistake: "limit with a mistyped unit",
    rules: 'limit({ by: "domain", windows: [{ max: 20, per: "1 hour" }] })',
    says: ['before-create-user.ts:3:48: limit: per is a time from "1m" to "31d", such as "15m", "1h" or "1d", not "1 hour".'],
  },
  {
    mistake: "limit with max 0",
    rules: 'limit({ by: "domain", windows: [{ max: 0, per: "1h" }] })',
    says: ["before-create-user.ts:3:48: limit: max must be a whole number from 1 to 10000, not 0."],
  },
  {
    mistake: "two limits of one name",
    rules: 'limit({ by: "gate", windows: [{ max: 1, per: "1h" }] }), limit({ by: "gate", windows: [{ max: 2, per: "1d" }] })',
    says: [
      'before-create-user.ts:3:16: The policy for before-create-user has two rules that count as "gate": give one of them a name of its own, { name: "daily" }.',
    ],
  },
  {
    mistake: "limit with approval and nobody who approves",
    rules: 'limit({ by: "gate", windows: [{ max: 1, per: "1h" }], then: "approval" })',
    says: [
      "before-create-user.ts:3:16: The policy for before-create-user: limit refers people to an approver, but no requestApproval follows it, so they would get in: add requestApproval after it.",
    ],
  },
  {
    mistake: "a formatter that is called",
    rules: "format({ city: titleCase('x') })",
    says: [
      'before-create-user.ts:3:48: format: the formatter of "city" is not a function: write one such as trim, or (text) => text.slice(0, 60).',
    ],
  },
  {
    mistake: "a formatter by name",
    rules: 'format({ city: "titleCase" })',
    says: [
      'before-create-user.ts:3:48: format: the formatter of "city" is not a function: write one such as trim, or (text) => text.slice(0, 60).',
    ],
  },
  {
    mistake: "assign of nothing",
    rules: "assign()",
    says: ['before-create-user.ts:3:48: assign takes values by attribute, like { country: "KR" }, not nothing.'],
  },
  {
    mistake: "assign of null",
    rules: "assign({ city: null })",
    says: ['before-create-user.ts:3:48: assign: city has no value: write one, or "" to empty it.'],
  },
  {
    mistake: "assign of email",
    rules: 'assign({ email: "x@y.z" })',
    says: ['before-create-user.ts:3:48: A rule cannot set "email": only Entra may.'],
  },
  {
    mistake: "validate without a schema",
    rules: 'validate({ jobTitle: "string" })',
    says: ["before-create-user.ts:3:48: validate needs a Standard Schema, such as v.object({ … }) of valibot."],
  },
  {
    mistake: "validate with a function's result missing",
    rules: "validate()",
    says: ["before-create-user.ts:3:48: validate needs a Standard Schema, such as v.object({ … }) of valibot."],
  },
  {
    mistake: "minimumAge with a text",
    rules: 'minimumAge("extension_Born", { years: "16" })',
    says: [
      'before-create-user.ts:3:48: minimumAge("extension_Born"): years must be a number, or numbers by country with one for all others, like { default: 16, KR: 14 }.',
    ],
  },
  {
    mistake: "minimumAge without years",
    rules: 'minimumAge("extension_Born")',
    says: ['before-create-user.ts:3:48: minimumAge("extension_Born") takes options, like { years: … }, not undefined.'],
  },
  {
    mistake: "minimumAge with a country's name",
    rules: 'minimumAge("extension_Born", { years: { default: 16, Korea: 14 } })',
    says: [
      'before-create-user.ts:3:48: minimumAge("extension_Born"): "Korea" in years is no country\'s code of two capital letters; write "KR".',
    ],
  },
  {
    mistake: "terms without files",
    rules: 'terms("extension_Terms", { version: "1" })',
    says: ['before-create-user.ts:3:48: terms: files must name the text in each language, like { en: "terms.en.md" }.'],
  },
  {
    mistake: "terms with a file that is not there",
    rules: 'terms("extension_Terms", { version: "1", files: { en: "term.en.md" } })',
    says: [
      'before-create-user.ts: terms("extension_Terms"): the file term.en.md (en) cannot be read: put it into the policy folder, or correct files.',
    ],
  },
  {
    mistake: "terms with an odd language",
    rules: 'terms("extension_Terms", { version: "1", files: { english: "terms.en.md" } })',
    says: ['before-create-user.ts:3:48: terms: files: "english" is not a language. Did you mean en (English)?'],
  },
  {
    mistake: "a provider that is an address",
    rules: 'onlyProviders(["kim@contoso.com"])',
    says: [
      'before-create-user.ts:3:48: onlyProviders: "kim@contoso.com" in the list is not an identity provider; write "google.com", "mail" or "entra".',
    ],
  },
  {
    mistake: "an application by its name",
    rules: 'onlyApplications(["Shop"])',
    says: [
      'before-create-user.ts:3:48: onlyApplications: "Shop" is not a client id; write one like "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33".',
    ],
  },
  {
    mistake: "verifyIdentity without a vendor",
    rules: "verifyIdentity()",
    says: [
      "before-create-user.ts:3:48: verifyIdentity needs a verifier such as idology() or experian(), or an object with a kebab-case name, uses, fieldsOf and verify.",
    ],
  },
  {
    mistake: "a vendor that is not called",
    rules: "verifyIdentity(idology)",
    says: [
      "before-create-user.ts:3:48: verifyIdentity needs a verifier such as idology() or experian(), or an object with a kebab-case name, uses, fieldsOf and verify.",
    ],
  },
  {
    mistake: "a doubt that nobody looks at",
    rules: 'verifyIdentity(experian(), { review: "continue" })',
    says: [
      'before-create-user.ts:3:16: The policy for before-create-user: verify-identity leaves the finding "identity" for a later rule, but no later rule looks at it, so people would get in: add a rule that does.',
    ],
  },
  {
    mistake: "a source's address without https",
    rules:
      'lookup(http({ name: "crm", url: "http://crm.contoso.com/{email}", schema: v.object({ city: v.string() }), attributes: (a) => a, onFailure: "block" }))',
    says: [
      'before-create-user.ts:3:55: http "crm": url: the URL has to begin with https:// (http:// is for 127.0.0.1, [::1] and localhost).',
    ],
  },
  {
    mistake: "a source without a schema",
    rules: 'lookup(http({ name: "crm", url: "https://crm.contoso.com/{email}", attributes: (a) => a, onFailure: "block" }))',
    says: ['before-create-user.ts:3:55: http "crm": schema takes a Standard Schema, like v.object({ … }) of valibot.'],
  },
  {
    mistake: "a secret for its name",
    rules:
      'lookup(http({ name: "crm", url: "https://crm.contoso.com/{email}", authentication: "Bearer x", schema: v.object({ city: v.string() }), attributes: (a) => a, onFailure: "block" }))',
    says: ['before-create-user.ts:3:55: http "crm": authentication takes basic("…"), bearer("…"), apiKey("…", …) or oauth("…", …).'],
  },
  {
    mistake: "lookup of a name",
    rules: 'lookup("crm")',
    says: ["before-create-user.ts:3:48: lookup needs a source, such as profiles() or http({ … })."],
  },
  {
    mistake: "permittedValue of a list's name",
    rules: 'permittedValue(["A", "B"])',
    says: ['before-create-user.ts:3:48: permittedValue: write an attribute\'s short name, like "extension_PartnerNumber", not ["A","B"].'],
  },
  {
    mistake: "permittedValue with an option of another rule",
    rules: 'permittedValue("extension_Code", { then: "approval" })',
    says: [
      'before-create-user.ts:3:48: permittedValue("extension_Code") has no option "then": write one of list, source, only, fill, case, spaces, optional, maxUses, usedUp, guessesPerDay.',
    ],
  },
  {
    mistake: "sponsor() where approvers are asked for",
    rules: 'requestApproval({ askedOf: approvers("Security") })',
    says: ['before-create-user.ts:3:48: requestApproval: askedOf is a sponsor, like sponsor({ code: "extension_PartnerCode" }).'],
  },
  {
    mistake: "invited by a mistyped way",
    rules: 'invited({ by: ["adress"] })',
    says: ['before-create-user.ts:3:48: invited: by must list "address", "code" or both, not ["adress"].'],
  },
  {
    mistake: "expiry without a time",
    rules: "expiry()",
    says: ["before-create-user.ts:3:48: expiry takes options, like { lasts: … }, not undefined."],
  },
  {
    mistake: "partners with a mistyped otherwise",
    rules: 'partners({ otherwise: "aproval" })',
    says: ['before-create-user.ts:3:48: partners: otherwise must be one of block, continue, approval, not "aproval".'],
  },
  {
    mistake: "partners with approval and nobody who approves",
    rules: 'partners({ otherwise: "approval" })',
    says: [
      "before-create-user.ts:3:16: The policy for before-create-user: partners refers people to an approver, but no requestApproval follows it, so they would get in: add requestApproval after it.",
    ],
  },
  {
    mistake: "a class in onlyDomains",
    rules: 'onlyDomains(["consumer"])',
    says: [
      'before-create-user.ts:3:48: onlyDomains: "consumer" is not a domain; write one like "contoso.com", or a suffix such as "edu" or "ac.kr". Only notDomains takes the class consumer.',
    ],
  },
  {
    mistake: "a mistyped class",
    rules: 'notDomains(["consumers"])',
    says: [
      'before-create-user.ts:3:48: notDomains: "consumers" is not a domain; write one like "contoso.com", or a suffix such as "edu" or "ac.kr". Did you mean consumer?',
    ],
  },
  {
    mistake: "shadow of a list",
    rules: "shadow([accessList()])",
    says: [
      "before-create-user.ts:3:16: The policy for before-create-user: shadow takes one rule, not a list: write shadow(…) around each.",
    ],
  },
  {
    mistake: "shadow of a function",
    rules: "shadow(accessList)",
    says: [
      'before-create-user.ts:3:16: The policy for before-create-user contains the function accessList instead of a rule, which would let everyone pass: call it, accessList(), or make it a rule with defineRule("name", accessList).',
    ],
  },
  {
    mistake: "a label for an attribute that nobody has",
    rules: 'permittedValue("extension_Code")',
    options: '{ labels: { extension_Cod: "Code" } }',
    says: [
      "before-create-user.ts:3: labels names extension_Cod, which no rule names. Did you mean extension_Code?",
      'In before-create-user, permitted-value can find a problem with extension_Code, which has no label: add labels: { extension_Code: "…" }, as the form shows it.',
    ],
  },
  {
    mistake: "a label that is empty",
    rules: 'permittedValue("extension_Code")',
    options: '{ labels: { extension_Code: "" } }',
    says: [
      'before-create-user.ts:3:16: before-create-user: labels has no text for "extension_Code": write one text for everybody, or one for each language, { en: "…", ko: "…" }.',
    ],
  },
  {
    mistake: "a label in an odd language",
    rules: 'permittedValue("extension_Code")',
    options: '{ labels: { extension_Code: { sp: "Código" } } }',
    says: [
      'before-create-user.ts:3:16: before-create-user: labels, the text for "extension_Code": "sp" is not a language. Did you mean es (Spanish)?',
    ],
  },
  {
    mistake: "no label",
    rules: 'permittedValue("extension_Code")',
    says: [
      'In before-create-user, permitted-value can find a problem with extension_Code, which has no label: add labels: { extension_Code: "…" }, as the form shows it.',
    ],
  },
  {
    mistake: "a message for a mistyped reason",
    rules: "",
    options: '{ messages: { "access-list.denid": "No." } }',
    says: [
      "before-create-user.ts:3: messages has a text for access-list.denid, a reason that no rule gives. Did you mean access-list.denied?",
    ],
  },
  {
    mistake: "a language where a reason belongs",
    rules: "",
    options: '{ messages: { en: "No." } }',
    says: ['before-create-user.ts:3: messages has en where a reason belongs: write { "access-list.denied": { en: "…" } }.'],
  },
  {
    mistake: "a mistyped option of the step",
    rules: "",
    options: "{ mesages: {} }",
    says: [
      'before-create-user.ts:3:16: before-create-user has no option "mesages": write one of messages, labels, deadline, trust, eventAttributes, admitsEverybody. Did you mean messages?',
    ],
  },
  {
    mistake: "a deadline as a number",
    rules: "",
    options: "{ deadline: 4 }",
    says: ['before-create-user.ts:3:16: before-create-user: write deadline: "4s" in place of deadline: 4.'],
  },
  {
    mistake: "a deadline that Entra does not wait for",
    rules: "",
    options: '{ deadline: "30s" }',
    says: [
      'before-create-user.ts:3:16: before-create-user: deadline is "30s"; it must be a time from "500ms" to "18s", like "1.5s" (Entra waits 20 s).',
    ],
  },
  {
    mistake: "format of nothing",
    rules: "format()",
    says: ["before-create-user.ts:3:48: format takes formatters by attribute, like { city: titleCase }, not nothing."],
  },
  {
    mistake: "a rule that is used and not imported",
    file: "import { beforeCreateUser } from 'entra-gatehouse'; export default beforeCreateUser([accessList()]);",
    says: ['before-create-user.ts:1:68: accessList is not defined: write import { accessList } from "entra-gatehouse".'],
  },
  {
    mistake: "a mistyped attribute",
    rules: 'assign({ ctiy: "Seoul" })',
    says: ["before-create-user.ts:3: assign names ctiy, which no tenant has. Did you mean city?"],
  },
  {
    mistake: "an attribute by its label",
    rules: 'assign({ "Job Title": "Buyer" })',
    says: ["before-create-user.ts:3: assign names Job Title, which no tenant has. Did you mean jobTitle?"],
  },
  {
    mistake: "a custom attribute without its prefix",
    rules: 'assign({ PartnerNumber: "1" })',
    says: [
      "before-create-user.ts:3: assign names PartnerNumber, which no sign-up form collects: use a custom attribute, such as extension_PartnerNumber.",
    ],
  },
  {
    mistake: "a mistyped finding",
    rules: 'requestApproval({ when: ({ findings }) => findings.listd === "allow" })',
    says: ["before-create-user.ts:3: the finding listd is looked at, which no rule of this step leaves. Did you mean listed?"],
  },
  {
    mistake: "a rule's old form",
    rules: 'defineRule({ name: "hours", decide: () => pass() })',
    says: [
      'before-create-user.ts:3:48: defineRule takes a name and a function: defineRule("office-hours", ({ signUp, now }) => pass(), { sets: […] }).',
    ],
  },
  {
    mistake: "a rule's name with a space",
    rules: 'defineRule("office hours", () => pass())',
    says: ['before-create-user.ts:3:48: A rule\'s name is kebab-case, like "partner-hours"; "office hours" is not.'],
  },
  {
    mistake: "a rule without a function",
    rules: 'defineRule("hours", pass())',
    says: ['before-create-user.ts:3:48: The rule "hours" has no function: defineRule("hours", ({ signUp, now }) => pass()).'],
  },
  {
    mistake: "a mistyped declaration",
    rules: 'defineRule("hours", () => pass(), { set: ["city"] })',
    says: [
      'before-create-user.ts:3:48: The rule "hours" has no option "set": write one of uses, needs, reads, asks, sets, consumes, refuses, refers. Did you mean sets?',
    ],
  },
  {
    mistake: "a declaration as a text",
    rules: 'defineRule("hours", () => pass(), { sets: "city" })',
    says: ['before-create-user.ts:3:48: The rule "hours": sets is a list, like ["jobTitle"].'],
  },
  {
    mistake: "an answer without its call",
    rules: 'defineRule("hours", () => pass)',
    inCase: true,
    says: ["the rule hours failed: hours answered the function pass: call it, pass()."],
  },
  {
    mistake: "no answer",
    rules: 'defineRule("hours", ({ now }) => { if (now.getTime() < 0) return block("hours.closed"); })',
    inCase: true,
    says: [
      'the rule hours failed: hours answered nothing: in every branch, return pass(), block("hours.why", "text"), ask({ attribute: "text" }) or approval("why").',
    ],
  },
  {
    mistake: "a truth for an answer",
    rules: 'defineRule("hours", ({ now }) => now.getTime() > 0)',
    inCase: true,
    says: [
      'the rule hours failed: hours answered true: in every branch, return pass(), block("hours.why", "text"), ask({ attribute: "text" }) or approval("why").',
    ],
  },
  {
    mistake: "an undeclared attribute",
    rules: 'defineRule("tidy", () => pass({ attributes: { city: "Seoul" } }))',
    inCase: true,
    says: ['the rule tidy failed: tidy sets city without saying so: write { sets: ["city"] } in the rule.'],
  },
  {
    mistake: "an approval and nobody who approves",
    rules: 'defineRule("abroad", () => approval("abroad"))',
    inCase: true,
    says: [
      "the rule abroad failed: abroad answered approval, and no requestApproval follows it to ask an approver: write requestApproval after it.",
    ],
  },
  {
    mistake: "a service that no rule declares",
    rules: 'defineRule("crm", async ({ services }) => { await services.call("crm", { path: "/" }); return pass(); })',
    inCase: true,
    says: [
      'the rule crm failed: The rule "crm" calls the service "crm", which its uses do not declare: they declare none. Add it to uses, or call a declared one.',
    ],
  },
  {
    mistake: "a secret that no rule declares",
    rules: 'defineRule("key", async ({ services }) => { await services.secret("crm-key"); return pass(); })',
    says: ['before-create-user.ts:3: the secret crm-key is asked for, and no rule declares it: uses: [{ secret: "crm-key" }].'],
  },
  { mistake: "a missing import", rules: "invitd()", says: ["before-create-user.ts:3:34: invitd is not defined. Did you mean invited?"] },
  {
    mistake: "a comma too few",
    rules: 'onlyDomains(["a.com"]) accessList()',
    says: ['before-create-user.ts:3:70: Expected "]" but found "accessList"'],
  },
  {
    mistake: "a rule of the form after sign-in",
    rules: "validate(v.object({ city: v.string() }))",
    step: "afterSignIn",
    says: ["after-sign-in.ts: validate cannot stand in after-sign-in.ts: write it in before-create-user.ts."],
  },
  {
    mistake: "no default export",
    file: "import { accessList } from 'entra-gatehouse'; export const policy = [accessList()];",
    says: ["before-create-user.ts: it must export a policy: write export default beforeCreateUser([…])."],
  },
  {
    mistake: "a list as the default export",
    file: "import { accessList } from 'entra-gatehouse'; export default [accessList()];",
    says: ["before-create-user.ts: it must export a policy: write export default beforeCreateUser([…])."],
  },
  {
    mistake: "no word on whose word for an address counts",
    file: "import { accessList, beforeCreateUser } from 'entra-gatehouse'; export default beforeCreateUser([accessList()]);",
    says: [
      `before-create-user.ts:1:80: The policy for before-create-user goes by addresses (access-list), so its options must say whose word for an address counts. Write one of:
  { trust: ["mail", "google.com"] }  A passcode or Google proves the address. Work accounts (Entra) prove none: invite or approve them.
  { trust: "any" }  Every provider's word counts. A work account shows any address that its own tenant's administrator wrote.`,
    ],
  },
  {
    mistake: "a step in the file of another",
    file: "import { accessList, afterSignIn } from 'entra-gatehouse'; export default afterSignIn([accessList()], { trust: 'any' });",
    says: ["before-create-user.ts: it exports the policy for after-sign-in; use beforeCreateUser([…]) here."],
  },
];

/** A slip in a case of a policy whose one rule is `accessList()`. */
export const caseMistakes: readonly { readonly mistake: string; readonly changes: object; readonly says: string }[] = [
  {
    mistake: "a mistyped verdict",
    changes: { expect: { verdict: "deny" } },
    says: 'cases/one.json: cases[0].expect.verdict must be "continue" or "block" or "invalid".',
  },
  {
    mistake: "a mistyped member of a case",
    changes: { expects: { verdict: "block" } },
    says: "cases/one.json: cases[0].expects is unknown: did you mean expect?",
  },
  {
    mistake: "a mistyped member of an expectation",
    changes: { expect: { verdit: "block" } },
    says: "cases/one.json: cases[0].expect.verdit is unknown: did you mean verdict?",
  },
  {
    mistake: "a mistyped word of earlier",
    changes: { earlier: "aproved", expect: { verdict: "block" } },
    says: 'cases/one.json: cases[0].earlier must be "pending" or "approved" or "denied" or "expired" or "provisioned" or "failed" or "invited" or "invitation-ended" or "access-ended": did you mean "approved"?',
  },
  {
    mistake: "a mistyped tenant",
    changes: { request: { email: "kim@contoso.com", tenant: "external" }, expect: { verdict: "block" } },
    says: 'cases/one.json: cases[0].request.tenant must be "workforce" or "b2c" or "external-tenant".',
  },
  {
    mistake: "a mistyped table",
    changes: { rows: { acessList: [] }, expect: { verdict: "block" } },
    says: "cases/one.json: cases[0].rows.acessList is unknown: did you mean accessList?",
  },
  {
    mistake: "a mistyped effect",
    changes: { rows: { accessList: [{ entry: "contoso.com", effect: "alow" }] }, expect: { verdict: "continue" } },
    says: "cases/one.json: cases[0].rows.accessList[0] cannot be a row of the access list: effect is none of allow, approval and deny.",
  },
  {
    mistake: "no request",
    changes: { request: undefined, expect: { verdict: "block" } },
    says: 'cases/one.json: cases[0] has no request: write "request": { "email": "kim@contoso.com" }, or the whole "body" that Entra sends.',
  },
];
