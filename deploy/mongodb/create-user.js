// Create the service's user with the role of role.json, which cannot change the audit.
// The MongoDB image runs this once, in the service's database, when its data folder is new.
const role = JSON.parse(require("fs").readFileSync("/docker-entrypoint-initdb.d/role.json", "utf8"));
db.createRole(role);
db.createUser({ user: "profile-lookup", pwd: process.env.MONGODB_PASSWORD, roles: [role.role] });
