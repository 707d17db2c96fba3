import { accessList, beforeCreateUser, format, text, validate } from "entra-gatehouse";
import * as v from "valibot";

/** What people may type, in lower case, and what the directory gets. */
const titles = new Map([
  ["buyer", "Buyer"],
  ["구매 담당자", "Buyer"],
  ["sales manager", "Sales Manager"],
  ["영업 관리자", "Sales Manager"],
]);

const notATitle = text({
  en: "Write Buyer or Sales Manager.",
  ko: "구매 담당자, 영업 관리자 중 하나를 입력하세요.",
});

/** A job title in English or Korean; the directory has one spelling of each. */
export default beforeCreateUser(
  [
    format({ jobTitle: (typed) => titles.get(typed.trim().toLowerCase()) ?? typed }),
    accessList(),
    validate(v.object({ jobTitle: v.picklist([...titles.values()], notATitle) })),
  ],
  { trust: ["mail", "google.com"] },
);
