import { partnerKind } from "./store/rows";

export const rows = [partnerKind];
