import { accessList, beforeCreateUser, experian, verifyIdentity } from "entra-gatehouse";

export default beforeCreateUser([accessList({ otherwise: "continue" }), verifyIdentity(experian())], {
  trust: ["mail", "google.com"],
});
