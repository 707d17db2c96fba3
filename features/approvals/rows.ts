import { delegationKind } from "./store/delegations";
import { approvalKind } from "./store/rows";

export const rows = [delegationKind, approvalKind];
