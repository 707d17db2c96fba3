import type { CaseWords } from "../../local/case-words";
import { PARTNER, wrongPartnerColumn } from "../access-list/partner";

/** Partners, of whom a case says what decides: the state, and until when. */
export const cases = {
  place: 20,
  kept(table, row) {
    if (table !== "decisions" || row.reference !== PARTNER) return undefined;
    const at = new Date(0).toISOString();
    const partnerRow = { token: "of a case", state: "pending", since: at, addedAt: at, by: "a case", revision: 1, ...row };
    const wrong = wrongPartnerColumn(partnerRow);
    return wrong === undefined ? partnerRow : `cannot be a partner's row: its column ${wrong}`;
  },
} satisfies CaseWords;
