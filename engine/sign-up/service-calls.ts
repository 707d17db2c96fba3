import type { Ports } from "./ports";
import type { AnyRule, Services } from "./rule";
import type { ServiceRequest } from "./service";
import type { Deadline } from "./time";

/** What one rule reaches, until its `decide` has answered. */
interface RuleServices {
  readonly services: Services;
  /** From here on everything is refused. Returns what has not ended by then. */
  end(): readonly string[];
}

/** A rule answered while work of its own was under way: nobody knows what that would have said. */
export class UnfinishedError extends Error {
  override readonly name = "UnfinishedError";
  /** @param work names of services and secrets, "read", "write" */
  constructor(
    rule: string,
    readonly work: readonly string[],
  ) {
    super(`The rule "${rule}" answered before its work had ended (${work.join(", ")}): await every call, also inside forEach and map.`);
  }
}

/**
 * What a rule reaches through its context, with a note of what is under way. Whatever the rule does not declare, and whatever
 * comes after its verdict, is refused.
 * @param onLate called for what the rule asks for after its verdict
 */
export function servicesFor(
  { name: rule, uses = [] }: Pick<AnyRule, "name" | "uses">,
  ports: Ports,
  { signal, remainingMs }: Pick<Deadline, "signal" | "remainingMs">,
  onLate: (error: UnfinishedError) => void,
): RuleServices {
  const services = uses.flatMap((use) => ("service" in use && use.call !== undefined ? [{ ...use, call: use.call }] : []));
  const context = { signal, remainingMs, services: ports };
  const underWay = new Set<{ readonly what: string; readonly signal?: AbortSignal | undefined }>();
  let hasEnded = false;

  /** @param givenUp aborted by a rule that gives the work up */
  function handOut<T>(what: string, begin: () => Promise<T>, givenUp?: AbortSignal): Promise<T> {
    if (hasEnded) {
      onLate(new UnfinishedError(rule, [what]));
      return heldBack(Promise.reject(new TypeError(`The rule "${rule}" calls ${what} after its answer: await every call.`)));
    }
    const work = { what, signal: givenUp };
    underWay.add(work);
    const promise = begin();
    const ended = () => void underWay.delete(work);
    promise.then(ended, ended);
    return promise;
  }

  const call = async (name: string, request: ServiceRequest) => {
    const service = services.find((each) => each.service === name);
    if (service === undefined) throw new TypeError(undeclared(rule, name, services));
    return await service.call(request, context);
  };
  return {
    services: {
      call: ((name: string, request: ServiceRequest) => handOut(name, () => call(name, request))) as Services["call"],
      secret: (name, givenUp) => handOut(`the secret ${name}`, async () => await ports.secret(name), givenUp),
      read: (keys, givenUp) => handOut("read", async () => await ports.read(keys, givenUp), givenUp),
      write: (write, givenUp) => handOut("write", async () => await ports.write(write, givenUp), givenUp),
      clock: ports.clock,
      random: ports.random,
    },
    end: () => {
      hasEnded = true;
      return [...underWay].flatMap(({ what, signal: givenUp }) => (givenUp?.aborted ? [] : [what]));
    },
  };
}

/**
 * The same promise. A rule may begin several and await one after the other: one that fails before its turn would end the
 * process, as nobody has asked for it yet. Awaiting it still gives the failure.
 */
export function heldBack<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

function undeclared(rule: string, name: string, services: readonly { readonly service: string }[]): string {
  const known = services.map((each) => each.service).join(", ");
  return `The rule "${rule}" calls the service "${name}", which its uses do not declare: ${known === "" ? "they declare none" : `they declare ${known}`}. Add it to uses, or call a declared one.`;
}
