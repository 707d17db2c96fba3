import { postureKind } from "./store/rows";

export const rows = [postureKind];
