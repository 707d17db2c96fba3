import { decisionKind } from "./store/decision-rows";

export const rows = [decisionKind];
