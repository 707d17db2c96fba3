import { countKind } from "./store/counts";

export const rows = [countKind];
