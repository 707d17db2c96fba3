import type { WorldMember } from "../../adapters/operator/world";
import type { PersonHashes } from "../../engine/sign-up/person";
import type { Policy } from "../../engine/sign-up/policy";

/** A gate's policies. Undefined if the door cannot read them. */
export const gatePolicies: WorldMember<(gate: string) => readonly Policy[] | undefined> = {
  needs: [],
  make:
    ({ policiesAt }) =>
    (gate) =>
      policiesAt?.(gate),
};

export const hashesOfPeople: WorldMember<() => Promise<PersonHashes>> = { needs: [], make: ({ hashes }) => hashes };
