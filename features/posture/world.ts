import { makeMember, type WorldMember } from "../../adapters/operator/world";
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
