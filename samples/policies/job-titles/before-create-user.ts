import { accessList, beforeCreateUser, permittedValue, type Source } from "entra-gatehouse";

/** What people may type, in lower case, and what the directory gets. */
const titles: Readonly<Record<string, string>> = {
  buyer: "Buyer",
  "구매 담당자": "Buyer",
  engineer: "Engineer",
  엔지니어: "Engineer",
  "sales manager": "Sales Manager",
  "영업 관리자": "Sales Manager",
};

const jobTitles: Source = {
  name: "job-titles",
  uses: [],
  find({ attributes }) {
    const typed = String(attributes.jobTitle).toLowerCase();
    return Object.hasOwn(titles, typed) ? { jobTitle: titles[typed] as string } : undefined;
  },
};

/** A job title in English or Korean; the directory has one spelling of each. */
export default beforeCreateUser([accessList(), permittedValue("jobTitle", { source: jobTitles, only: ["jobTitle"] })], {
  trust: ["mail", "google.com"],
  messages: {
    "value.not-permitted": {
      en: "Write Buyer, Engineer or Sales Manager.",
      ko: "구매 담당자, 엔지니어, 영업 관리자 중 하나를 입력하세요.",
    },
  },
});
