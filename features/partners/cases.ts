import type { CaseWords } from "../../local/case-words";
import { PARTNER, wrongPartnerColumn } from "../access-list/partner";

/** Rows of partners in cases. A case gives a partner's state and the state's end, and the other columns have defaults. */
export const cases = {
  order: 20,
  kept(table, row) {
    if (table !== "decisions" || row.reference !== PARTNER) return undefined;
    const at = new Date(0).toISOString();
    const partnerRow = { token: "of a case", state: "pending", since: at, addedAt: at, by: "a case", revision: 1, ...row };
    const wrong = wrongPartnerColumn(partnerRow);
    return wrong === undefined ? partnerRow : `cannot be a partner's row: its column ${wrong}`;
  },
} satisfies CaseWords;
