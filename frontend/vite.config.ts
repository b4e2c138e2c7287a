import { defineConfig } from "vitest/config";

// One module with everything in it: Home Assistant imports a single address, and so does a dashboard.
export default defineConfig({
  logLevel: "warn",
  build: {
    target: "es2022",
    minify: true,
    sourcemap: false,
    copyPublicDir: false,
    lib: { entry: "src/index.ts", formats: ["es"], fileName: () => "module.js" },
  },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});
