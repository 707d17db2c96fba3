import { createHash } from "node:crypto";
import * as v from "valibot";
import * as gatehouse from "../../index";
import type { FieldSpec, PolicySpec, RuleSpec, StepName } from "./scenario";

const formatters = {
  titleCase: gatehouse.titleCase,
  trim: gatehouse.trim,
  upperCase: gatehouse.upperCase,
  lowerCase: gatehouse.lowerCase,
};

/** The policy as an author writes it. Throws what a load throws. */
export function policyOf({ rules, messages, labels, trust }: PolicySpec, step: StepName): gatehouse.Policy {
  const built = rules[step].flatMap((spec) => (spec.rule === "admit" ? [...gatehouse.admit(spec.options as never)] : [ruleOf(spec)]));
  const isSaid = rules[step].some(({ rule }) => rule === "admit") || trust[step] === undefined;
  const options = { messages, labels, ...(!isSaid && { trust: trust[step] }) } as never;
  return (step === "after-sign-in"
    ? gatehouse.afterSignIn(built as never, options)
    : gatehouse.beforeCreateUser(built as never, options)) as unknown as gatehouse.Policy;
}

function ruleOf(spec: RuleSpec): unknown {
  switch (spec.rule) {
    case "accessList":
      return gatehouse.accessList(spec.options);
    case "onlyDomains":
      return gatehouse.onlyDomains(spec.domains, spec.options);
    case "notDomains":
      return gatehouse.notDomains(spec.domains, spec.options);
    case "onlyApplications":
      return gatehouse.onlyApplications(spec.ids);
    case "onlyProviders":
      return gatehouse.onlyProviders(spec.providers);
    case "format":
      return gatehouse.format(Object.fromEntries(Object.entries(spec.attributes).map(([name, by]) => [name, formatters[by]])) as never);
    case "assign":
      return gatehouse.assign(spec.attributes as never);
    case "permittedValue":
      return gatehouse.permittedValue(spec.attribute as never, spec.options as never);
    case "lookup":
      return gatehouse.lookup(gatehouse.profiles(spec.trust && { trust: spec.trust }), spec.options as never);
    case "prefill":
      return gatehouse.prefill(gatehouse.profiles(spec.trust && { trust: spec.trust }));
    case "partners":
      return gatehouse.partners(spec.options);
    case "limit":
      return gatehouse.limit(spec.options);
    case "terms": {
      const { version, languages, ticked } = spec.options;
      const files = Object.fromEntries(languages.map((each) => [each, `terms.${each}.md`]));
      const rule = gatehouse.terms(spec.attribute as never, { version, files, ...(ticked !== undefined && { ticked }) });
      const hashes = Object.fromEntries(Object.values(files).map((file) => [file, createHash("sha256").update(file).digest("hex")]));
      for (const use of (rule as { uses?: readonly object[] }).uses ?? [])
        if ("hashed" in use) (use.hashed as (found: object) => void)(hashes);
      return rule;
    }
    case "minimumAge":
      return gatehouse.minimumAge(spec.attribute as never, spec.options as never);
    case "oneAccount":
      return gatehouse.oneAccount(spec.options);
    case "invited":
      return gatehouse.invited(spec.options);
    case "expiry":
      return gatehouse.expiry(spec.options);
    case "surge":
      return gatehouse.surge(spec.options);
    case "shadow":
      return gatehouse.shadow(ruleOf(spec.of) as never);
    case "approvalStatus":
      return gatehouse.approvalStatus(spec.unless && { unless: spec.unless });
    case "requestApproval":
      return gatehouse.requestApproval({
        ...spec.options,
        ...(spec.options.unless === "listed" && { unless: isListed }),
        ...(spec.options.when === "unlisted" && { when: (situation: gatehouse.Situation) => !isListed(situation) }),
      } as never);
    case "validate":
      return gatehouse.validate(
        v.object(Object.fromEntries(Object.entries(spec.attributes).map(([n, field]) => [n, schemaOf(field)]))) as never,
      );
  }
}

const isListed = ({ findings }: gatehouse.Situation): boolean => findings.listed === "allow";

function schemaOf({ optional, min, max, email }: FieldSpec): v.GenericSchema {
  const checks = [min === undefined ? [] : v.minLength(min), max === undefined ? [] : v.maxLength(max), email ? v.email() : []].flat();
  const text = v.pipe(v.string(), ...(checks as [])) as unknown as v.GenericSchema;
  return optional ? (v.optional(text) as v.GenericSchema) : text;
}
