import { referenceKind } from "./store";

export const rows = [referenceKind];
