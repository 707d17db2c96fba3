import { UnfinishedError } from "./failure";
import type { HashOf } from "./person";
import type { Ports } from "./ports";
import type { AnyRule, Services } from "./rule";
import type { ServiceRequest } from "./service";
import type { Deadline } from "./time";

interface RuleServices {
  readonly services: Services;
  /** Refuses later calls. Returns the calls that have not ended yet. */
  end(): readonly string[];
}

/** Refuses calls that the rule does not declare, and calls after its turn. @param onLate receives an error for each call after the turn */
export function openServices(
  { name: rule, uses = [] }: Pick<AnyRule, "name" | "uses">,
  ports: Ports,
  { signal, remainingMs }: Pick<Deadline, "signal" | "remainingMs">,
  onLate: (error: UnfinishedError) => void,
): RuleServices {
  const services = uses.flatMap((use) => ("service" in use && use.call !== undefined ? [{ ...use, call: use.call }] : []));
  const context = { signal, remainingMs, services: ports };
  const underWay = new Set<{ readonly what: string; readonly signal?: AbortSignal | undefined }>();
  let hasEnded = false;

  /** @param givenUp aborts once the rule no longer waits for the work */
  function handOut<T>(what: string, begin: () => Promise<T>, givenUp?: AbortSignal): Promise<T> {
    if (hasEnded) {
      onLate(new UnfinishedError(rule, [what]));
      return holdRejection(Promise.reject(new TypeError(`The rule "${rule}" calls ${what} after its answer: await every call.`)));
    }
    const work = { what, signal: givenUp };
    underWay.add(work);
    const promise = begin();
    const removeWork = () => void underWay.delete(work);
    promise.then(removeWork, removeWork);
    return promise;
  }

  const call = async (name: string, request: ServiceRequest) => {
    const service = services.find((each) => each.service === name);
    if (service === undefined) {
      const known = services.map((each) => each.service).join(", ");
      throw new TypeError(
        `The rule "${rule}" calls the service "${name}", which its uses do not declare: ${known === "" ? "they declare none" : `they declare ${known}`}. Add it to uses, or call a declared one.`,
      );
    }
    return await service.call(request, context);
  };
  return {
    services: {
      call: ((name: string, request: ServiceRequest) => handOut(name, () => call(name, request))) as Services["call"],
      secret: (...asked) => handOut(`the secret ${asked[0]}`, async () => await ports.secret(...asked), asked[1]),
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
 * Keeps a failed call from ending the process as an unhandled rejection: a rule may start several calls and await them one by one. Awaiting
 * the promise still throws.
 */
function holdRejection<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

export const noHash: HashOf = () => {
  throw new Error("Nothing is hashed here.");
};

/**
 * Makes services for rules that use none: using one throws.
 * @param who names the rules in the error
 * @param onAsked called before the error is thrown
 */
export function noServices(who: string, onAsked: () => void = () => undefined): Services {
  const none = (): never => {
    onAsked();
    throw new Error(`${who} reach nothing outside.`);
  };
  const rejectCall = () => holdRejection((async () => none())());
  return {
    call: rejectCall,
    secret: rejectCall,
    read: rejectCall,
    write: rejectCall,
    clock: { now: none, startTimer: none },
    random: { fraction: none, uuid: none },
  };
}
