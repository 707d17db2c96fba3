import type { Filters } from "../../engine/operator/list";
import { pageTexts } from "../../engine/operator/page-texts";

const t = pageTexts({ mail: ["Mail", "메일"], returned: ["Came back", "반송됨"] });

/** The filter of lists whose rows mails are about. */
export const mailFilters = {
  mail: {
    ...{ flag: "--mail <state>", help: "only those about whom a mail came back and was not sent again", kind: "choice" },
    get label() {
      return t.mail;
    },
    get choices() {
      return { returned: t.returned };
    },
  },
} as const satisfies Filters;
