package dev.openfeature.sdk;

/** As much of OpenFeature as the samples need. */
public interface Client {
    boolean getBooleanValue(String key, boolean defaultValue);

    boolean getBooleanValue(String key, boolean defaultValue, EvaluationContext context);

    Object getBooleanDetails(String key, boolean defaultValue);
}
