import type { HashOf } from "./person";
import type { Services } from "./rule";
import { holdRejection } from "./rule-services";

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
