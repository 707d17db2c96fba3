import { accessList, beforeCreateUser } from "entra-gatehouse";

export default beforeCreateUser([accessList({ otherwise: "continue" })], {
  trust: ["mail", "google.com"],
  admitsEverybody: "an open forum",
});
