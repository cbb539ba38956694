/**
 * Runs before every test file. What a developer's shell happens to hold must change no result, reach no account that
 * costs money and touch no repository but the scratch ones of the tests (git sets GIT_DIR inside its hooks).
 */
const foreign =
  /^(GIT_.*|GANDY_.*|CIRCUIT_BREAKER_.*|.*_API_KEY|FORCE_COLOR|NO_COLOR|CLICOLOR.*|LOG_LEVEL|ACCESSIBLE|USE_MOCK_MODELS)$/;

for (const name of Object.keys(process.env)) {
  if (foreign.test(name)) Reflect.deleteProperty(process.env, name);
}
