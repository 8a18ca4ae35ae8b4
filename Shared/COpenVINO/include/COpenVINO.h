/// What Martlet uses of OpenVINO's C API (2026.4; openvino/c/openvino.h), declared by ourselves and
/// found at run time in a folder: a build needs nothing of OpenVINO, and a program without it still
/// starts and can say what it lacks.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// 0 is success, all others are failures.
typedef int32_t martlet_ov_status;

/// ov_element_type_e.
enum {
  MARTLET_OV_DYNAMIC = 0,
  MARTLET_OV_BOOLEAN = 1,
  MARTLET_OV_BF16 = 2,
  MARTLET_OV_F16 = 3,
  MARTLET_OV_F32 = 4,
  MARTLET_OV_F64 = 5,
  MARTLET_OV_I4 = 6,
  MARTLET_OV_I8 = 7,
  MARTLET_OV_I16 = 8,
  MARTLET_OV_I32 = 9,
  MARTLET_OV_I64 = 10,
  MARTLET_OV_U8 = 16,
  MARTLET_OV_U16 = 17,
  MARTLET_OV_U32 = 18,
  MARTLET_OV_U64 = 19,
  MARTLET_OV_STRING = 23,
};

typedef struct ov_core ov_core_t;
typedef struct ov_model ov_model_t;
typedef struct ov_compiled_model ov_compiled_model_t;
typedef struct ov_infer_request ov_infer_request_t;
typedef struct ov_tensor ov_tensor_t;
typedef struct ov_output_const_port ov_output_const_port_t;

typedef struct {
  int64_t rank;
  int64_t *dims;
} martlet_ov_shape;

typedef struct {
  int64_t min;
  int64_t max;
} martlet_ov_dimension;

typedef struct {
  /// A dimension, too: min = max where the rank is known.
  martlet_ov_dimension rank;
  martlet_ov_dimension *dims;
} martlet_ov_partial_shape;

typedef struct {
  const char *key;
  const void *value;
} martlet_ov_property;

typedef struct {
  const char *build_number;
  const char *description;
} martlet_ov_version;

/// The functions that are used, in one table, in the order of their use. Without `ov_` they have
/// the names of the library's own headers, which say what each does.
typedef struct {
  martlet_ov_status (*get_openvino_version)(martlet_ov_version *version);
  void (*version_free)(martlet_ov_version *version);
  const char *(*get_error_info)(martlet_ov_status status);
  const char *(*get_last_err_msg)(void);
  void (*free)(const char *content);

  martlet_ov_status (*core_create)(ov_core_t **core);
  void (*core_free)(ov_core_t *core);
  martlet_ov_status (*core_read_model)(
      const ov_core_t *core, const char *model_path, const char *bin_path, ov_model_t **model);
  martlet_ov_status (*core_compile_model_props)(
      const ov_core_t *core, const ov_model_t *model, const char *device_name,
      size_t property_count, const martlet_ov_property *properties, ov_compiled_model_t **compiled);
  martlet_ov_status (*model_reshape_by_port_indexes)(
      const ov_model_t *model, const size_t *indexes, const martlet_ov_partial_shape *shapes,
      size_t count);
  void (*model_free)(ov_model_t *model);

  martlet_ov_status (*compiled_model_inputs_size)(const ov_compiled_model_t *model, size_t *size);
  martlet_ov_status (*compiled_model_outputs_size)(const ov_compiled_model_t *model, size_t *size);
  martlet_ov_status (*compiled_model_input_by_index)(
      const ov_compiled_model_t *model, size_t index, ov_output_const_port_t **port);
  martlet_ov_status (*compiled_model_output_by_index)(
      const ov_compiled_model_t *model, size_t index, ov_output_const_port_t **port);
  martlet_ov_status (*compiled_model_input_by_name)(
      const ov_compiled_model_t *model, const char *name, ov_output_const_port_t **port);
  martlet_ov_status (*compiled_model_output_by_name)(
      const ov_compiled_model_t *model, const char *name, ov_output_const_port_t **port);
  martlet_ov_status (*compiled_model_get_property)(
      const ov_compiled_model_t *model, const char *key, char **value);
  martlet_ov_status (*compiled_model_create_infer_request)(
      const ov_compiled_model_t *model, ov_infer_request_t **request);
  void (*compiled_model_free)(ov_compiled_model_t *model);

  martlet_ov_status (*port_get_any_name)(const ov_output_const_port_t *port, char **name);
  martlet_ov_status (*port_get_element_type)(const ov_output_const_port_t *port, int32_t *type);
  martlet_ov_status (*port_get_partial_shape)(
      const ov_output_const_port_t *port, martlet_ov_partial_shape *shape);
  void (*output_const_port_free)(ov_output_const_port_t *port);
  void (*partial_shape_free)(martlet_ov_partial_shape *shape);

  martlet_ov_status (*tensor_create_from_host_ptr)(
      int32_t type, martlet_ov_shape shape, void *data, ov_tensor_t **tensor);
  martlet_ov_status (*tensor_get_shape)(const ov_tensor_t *tensor, martlet_ov_shape *shape);
  martlet_ov_status (*tensor_get_element_type)(const ov_tensor_t *tensor, int32_t *type);
  martlet_ov_status (*tensor_get_byte_size)(const ov_tensor_t *tensor, size_t *size);
  martlet_ov_status (*tensor_data)(const ov_tensor_t *tensor, void **data);
  void (*tensor_free)(ov_tensor_t *tensor);
  martlet_ov_status (*shape_free)(martlet_ov_shape *shape);

  martlet_ov_status (*infer_request_set_input_tensor_by_index)(
      ov_infer_request_t *request, size_t index, const ov_tensor_t *tensor);
  martlet_ov_status (*infer_request_infer)(ov_infer_request_t *request);
  martlet_ov_status (*infer_request_get_output_tensor_by_index)(
      const ov_infer_request_t *request, size_t index, ov_tensor_t **tensor);
  void (*infer_request_free)(ov_infer_request_t *request);
} martlet_ov_functions;

/// Opens the library at `path` and fills `functions`. It stays open until the process ends: what it
/// has started (threads, allocators) cannot be taken back.
///
/// Returns 0; or -1, with the reason in `problem`, which always ends with a zero byte.
int martlet_ov_open(
    const char *path, martlet_ov_functions *functions, char *problem, size_t problem_bytes);
