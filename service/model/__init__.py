"""The domain model: types, enums, ID patterns and limits, each defined once. No I/O."""
