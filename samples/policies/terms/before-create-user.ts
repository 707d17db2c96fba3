import { accessList, beforeCreateUser } from "entra-gatehouse";
import { currentTerms } from "./current-terms";

/** People accept the terms of use in their language. Which text that was, and when, is kept. */
export default beforeCreateUser([accessList({ otherwise: "continue" }), currentTerms], {
  trust: ["mail", "google.com"],
  labels: { extension_Terms: { en: "I accept the terms of use", ko: "이용 약관에 동의합니다" } },
  admitsEverybody: "Whoever accepts the terms may sign up.",
});
