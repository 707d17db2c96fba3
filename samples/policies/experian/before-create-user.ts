import { accessList, beforeCreateUser, experian, verifyIdentity } from "entra-gatehouse";

export default beforeCreateUser([accessList({ otherwise: "continue" }), verifyIdentity(experian())], {
  trust: ["mail", "google.com"],
  labels: {
    extension_MiddleName: { en: "Middle name", ko: "중간 이름" },
    extension_PhoneNumber: { en: "Phone number", ko: "전화번호" },
  },
});
