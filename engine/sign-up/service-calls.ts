import type { AnyRule, Use } from "./rule";
import type { CallContext, Calls, ServiceRequest } from "./service";

/** The calls of one rule, until its `decide` has answered. */
export interface RuleCalls extends Calls {
  /** From here on every call is refused. */
  end(): void;
}

/** Calls a rule's services. Whatever the rule does not declare, and whatever comes after its verdict, is refused. */
export function callsOf({ name: rule, uses = [] }: Pick<AnyRule, "name" | "uses">, context: CallContext): RuleCalls {
  const services = uses.flatMap((use) => ("service" in use && use.call !== undefined ? [{ ...use, call: use.call }] : []));
  let hasEnded = false;
  const call = async (name: string, request: ServiceRequest) => {
    if (hasEnded) throw new TypeError(`The rule "${rule}" calls ${name} after its verdict: await every call.`);
    const service = services.find((each) => each.service === name);
    if (service === undefined) throw new TypeError(undeclared(rule, name, services));
    return await service.call(request, context);
  };
  return {
    call: ((name: string, request: ServiceRequest) => heldBack(call(name, request))) as RuleCalls["call"],
    end: () => {
      hasEnded = true;
    },
  };
}

/**
 * The same promise. A rule may begin several and await one after the other: one that fails before its turn would end the
 * process, as nobody has asked for it yet. Whoever awaits it gets the failure all the same.
 */
export function heldBack<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

function undeclared(rule: string, name: string, services: readonly { readonly service: string }[]): string {
  const known = services.map((each) => each.service).join(", ");
  return `The rule "${rule}" calls the service "${name}", which its uses do not declare: ${known === "" ? "they declare none" : `they declare ${known}`}.`;
}

/** Why these uses cannot stand together: two systems would share one name in records, metrics and stand-ins. */
export function servicesAtOdds(uses: readonly Use[]): string | undefined {
  const urls = new Map<string, string>();
  for (const use of uses) {
    if (!("service" in use) || use.url === undefined) continue;
    const known = urls.get(use.service) ?? use.url;
    if (known !== use.url)
      return `the service "${use.service}" is declared with two URLs, ${known} and ${use.url}. Give one of them another name.`;
    urls.set(use.service, known);
  }
  return undefined;
}
