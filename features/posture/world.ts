import { makeMember, type OperatorPlace, type WorldMember } from "../../adapters/operator/world";
import { type PostureStore, postureStore } from "./store/postures";

/** The gates' rows. */
export const postures: WorldMember<Pick<PostureStore, "of" | "replacing">> = {
  needs: [{ table: "decisions", actions: "BatchGetItem PutItem" }],
  make: ({ tables, nameOf }) => postureStore(tables, nameOf("decisions")),
};

/** The gates' rows, for acts that only read them. */
export const readPostures: WorldMember<Pick<PostureStore, "of">> = {
  needs: [{ table: "decisions", actions: "BatchGetItem" }],
  make: (place) => makeMember(postures, place),
};

/** The policies of each gate. Undefined if the door does not know a gate's policy. */
export const gatePolicies: WorldMember<NonNullable<OperatorPlace["policies"]>> = {
  needs: [],
  make: ({ policies = new Map() }) => policies,
};
