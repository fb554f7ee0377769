"""Looking without the usual reference (紧急查看)."""
