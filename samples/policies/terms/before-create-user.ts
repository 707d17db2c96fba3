import { accessList, beforeCreateUser } from "entra-gatehouse";
import { currentTerms } from "./current-terms";

/** People accept the terms of use in their language. Which text that was, and when, is kept. */
export default beforeCreateUser([accessList({ otherwise: "continue" }), currentTerms], {
  trust: ["mail", "google.com"],
  admitsEverybody: "an open forum",
});
