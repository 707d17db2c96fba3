import { accessList, beforeCreateUser } from "entra-gatehouse";

export default beforeCreateUser([accessList({ otherwise: "continue" })], {
  admitsEverybody: "The claims are what matters.",
});
